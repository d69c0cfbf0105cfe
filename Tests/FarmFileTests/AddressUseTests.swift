import Engine
import Testing

@testable import FarmFile

/// Addresses that no machine has, or that nobody else reaches.
struct AddressUseTests {
  @Test(arguments: [
    ("0.0.0.0", "0.0.0.0 is the address of no machine"),
    ("0.1.2.3", "0.1.2.3 is the address of no machine"),
    ("::", ":: is the address of no machine"),
    ("127.0.0.1", "127.0.0.1 never leaves the machine"),
    ("127.255.255.254", "127.255.255.254 never leaves the machine"),
    ("::1", "::1 never leaves the machine"),
    ("224.0.0.18", "224.0.0.18 is the address of a group"),
    ("239.255.255.250", "239.255.255.250 is the address of a group"),
    ("ff02::12", "ff02::12 is the address of a group"),
    ("255.255.255.255", "255.255.255.255 is everybody's on a network"),
    ("169.254.1.1", "169.254.1.1 is link-local: no router forwards packets for it"),
    ("fe80::1", "fe80::1 is link-local: no router forwards packets for it"),
    ("febf::1", "febf::1 is link-local: no router forwards packets for it"),
  ])
  func aVirtualIPThatClientsCannotReachIsRefusedWithWhy(text: String, why: String) {
    let lines = FarmBlockTests.read("{nodes: 2, virtual_ip: \"\(text)\"}").lines
    #expect(lines == ["f:1:24: \(why); expected an address that clients reach, such as 192.0.2.100"])
  }

  @Test func anIPv4AddressInTheNotationOfIPv6IsRefusedWithItsOwn() {
    #expect(
      FarmBlockTests.read("{nodes: 2, virtual_ip: \"::ffff:192.0.2.7\"}").lines == [
        "f:1:24: ::ffff:192.0.2.7 is an IPv4 address in the notation of IPv6; expected 192.0.2.7"
      ])
  }

  @Test(arguments: [
    "1.0.0.1", "126.255.255.255", "128.0.0.1", "192.0.2.1", "169.253.255.255", "169.255.0.1",
    "223.255.255.255",
    "240.0.0.1", "2001:db8::1", "fd00::1", "fe00::1", "fec0::1", "::2",
  ])
  func otherAddressesAreTakenAlsoBesideThoseRanges(text: String) {
    #expect(FarmBlockTests.read("{nodes: 2, virtual_ip: \"\(text)\"}").lines.isEmpty)
  }

  @Test(arguments: [
    (
      AddressUse.node, ["169.254.1.1", "fe80::1"],
      ["127.0.0.1", "::1", "0.0.0.0", "224.0.0.1", "255.255.255.255"]
    ),
    (.witness, ["169.254.1.1"], ["fe80::1", "127.0.0.1", "::", "ff02::1"]),
    (.probe, ["127.0.0.1", "::1", "169.254.1.1"], ["fe80::1", "0.0.0.0", "224.0.0.1", "::ffff:127.0.0.1"]),
    (.client, ["169.254.1.1", "fe80::1"], ["127.0.0.1", "0.0.0.0", "224.0.0.1", "::ffff:192.0.2.7"]),
  ])
  func eachUseRefusesAddressesOfItsOwn(use: AddressUse, good: [String], bad: [String]) throws {
    for text in good { #expect(use.refusal(of: try #require(IPAddress(parsing: text))) == nil, "\(text)") }
    for text in bad { #expect(use.refusal(of: try #require(IPAddress(parsing: text))) != nil, "\(text)") }
  }

  @Test(arguments: [
    ("checkers: {ping: 224.0.0.1}", "is the address of a group"),
    ("checkers: {tcp: \"0.0.0.0:80\"}", "no machine"),
    ("checkers: {http: \"http://255.255.255.255/\"}", "everybody's"),
    ("rules: {port: 80, virtual_ip: [192.0.2.1, 192.0.2.1]}", "192.0.2.1 is listed twice"),
    ("rules: {port: 80, virtual_ip: []}", "no virtual IP"),
    ("checkers: {http: \"http://127.0.0.1/\", expect: []}", "no status"),
    ("checkers: {http: \"http://127.0.0.1/\", expect: [200-299, 204]}", "a status that is listed twice"),
    (
      "checkers: {tcp: 99999999999999999999}",
      "'tcp' is out of range: 99999999999999999999; expected 1 to 65535"
    ),
  ])
  func otherAddressesThatCannotBeAndListsThatSayNothingAreRefused(block: String, part: String) {
    let lines = FarmBlockTests.read("{nodes: 2, virtual_ip: 192.0.2.1, \(block)}").lines
    #expect(lines.count == 1 && lines[0].contains(part), "\(lines)")
  }

  @Test func aClientOfAServerThatSpeaksBothProtocolsIsTheIPv4ClientItWas() throws {
    for text in ["::ffff:198.51.100.7", "[::ffff:198.51.100.7]", "[::ffff:198.51.100.7]:443"] {
      #expect(try #require(Client(text)).address == IPAddress(parsing: "198.51.100.7"))
    }
    #expect(Client("[198.51.100.7]:443") == nil)
  }
}
