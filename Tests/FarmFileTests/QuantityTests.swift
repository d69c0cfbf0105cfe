import Engine
import Testing

@testable import FarmFile

struct QuantityTests {
  @Test(arguments: [
    ("100 ms", 100_000_000), ("100ms", 100_000_000), ("0.1 ms", 100_000), ("200 us", 200_000),
    ("200 µs", 200_000), ("1 s", 1_000_000_000), ("1.5 min", 90_000_000_000), ("2 h", 7_200_000_000_000),
    ("7 ns", 7), ("1e3 ns", 1000), ("0", 0), ("0 s", 0), ("-1 s", -1_000_000_000),
    ("1_000 ms", 1_000_000_000), ("18 h 30 min", 66_600_000_000_000), ("18h30min", 66_600_000_000_000),
    ("1 min 30 s", 90_000_000_000), ("1 h 2 min 3.5 s", 3_723_500_000_000), ("200 μs", 200_000),
  ])
  func aTimeIsItsNumberInTheUnitWrittenAfterIt(text: String, nanoseconds: Int64) {
    #expect(Quantity(text)?.duration?.nanoseconds == nanoseconds)
  }

  @Test(arguments: [
    "5", "5 %", "5/s", "5 sec", "5 m", "5 msec", "1e30 s", "5 S", "5 ms s", "30 min 18 h", "1.5 h 30 min",
    "-1 h 30 min", "1 h 30", "1 min 1 min",
    "1 h 1e30 s", "2500000 h 9e14 s",
  ])
  func noOtherUnitIsATime(text: String) {
    #expect(Quantity(text) != nil)
    #expect(Quantity(text)?.duration == nil)
  }

  @Test(arguments: ["", "ms", "nan", "inf", "x10 s", ".", "-", "e5", "--1 s"])
  func withoutANumberThereIsNoQuantity(text: String) {
    #expect(Quantity(text) == nil)
  }

  @Test func sharesRatesAndCountsHaveTheirOwnUnits() {
    #expect(Quantity("5 %")?.share == 0.05)
    #expect(Quantity("0.1%")?.share == 0.001)
    #expect(Quantity("0.05")?.share == nil)
    #expect(Quantity("2000/s")?.rate == 2000)
    #expect(Quantity("90 /min")?.rate == 1.5)
    #expect(Quantity("26 M/s")?.rate == 26e6)
    #expect(Quantity("2000")?.rate == nil)
    #expect(Quantity("20k")?.count == 20_000)
    #expect(Quantity("1.5M")?.count == 1_500_000)
    #expect(Quantity("1.5")?.count == nil)
    #expect(Quantity("20 ms")?.count == nil)
  }
}

struct NearestNameTests {
  static let names = ["interval", "misses", "margin", "heartbeat"]

  @Test(arguments: [
    ("hearbeat", "heartbeat"), ("Heartbeat", "heartbeat"), ("intervall", "interval"), ("mrgin", "margin"),
    ("missse", "misses"), ("margni", "margin"), ("hertbet", "heartbeat"),
  ])
  func aSlipFindsTheNameThatWasMeant(slip: String, meant: String) {
    #expect(NearestName.of(slip, among: NearestNameTests.names) == meant)
  }

  @Test(arguments: ["x", "timeout", "heart", ""])
  func anotherWordFindsNoName(word: String) {
    #expect(NearestName.of(word, among: NearestNameTests.names) == nil)
  }

  /// Published examples of the optimal string alignment distance.
  @Test(arguments: [("kitten", "sitting", 3), ("ca", "abc", 3), ("ab", "ba", 1), ("", "abc", 3)])
  func distancesAreThePublishedOnes(a: String, b: String, distance: Int) {
    #expect(NearestName.distance(Array(a.unicodeScalars), Array(b.unicodeScalars)) == distance)
  }
}

struct IPAddressTextTests {
  @Test(arguments: [
    "192.0.2.100", "0.0.0.0", "255.255.255.255", "2001:db8::100", "::", "::1", "fe80::1:2:3:4",
  ])
  func anAddressReadsBackAsItWasWritten(text: String) {
    #expect(IPAddress(parsing: text)?.text == text)
  }

  @Test(arguments: ["", "1.2.3", "256.1.1.1", "1.2.3.4.5", "1.2.3.4/24", "2001:db8::1::2", "web", " 1.2.3.4"])
  func nothingElseIsAnAddress(text: String) {
    #expect(IPAddress(parsing: text) == nil)
    #expect(IPAddress(parsing: "1.2.3.4\0") == nil)
  }

  @Test func numbersAreInHostOrder() {
    #expect(IPAddress(parsing: "192.0.2.1") == IPAddress(v4: 0xc000_0201))
    #expect(IPAddress(parsing: "2001:db8::1") == IPAddress(v6: 0x2001_0db8_0000_0000, 1))
  }
}
