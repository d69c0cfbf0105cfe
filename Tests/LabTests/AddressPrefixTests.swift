import Engine
import FarmFile
import Testing

@testable import Lab

struct AddressPrefixTests {
  @Test func rangesAreCoveredByTheFewestBlocks() {
    #expect(
      AddressPrefix.covering(0x0b00_0000, 0x4aff_ffff).map(\.text) == [
        "11.0.0.0/8", "12.0.0.0/6", "16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/5", "72.0.0.0/7", "74.0.0.0/8",
      ])
    #expect(AddressPrefix.covering(0, .max).map(\.text) == ["0.0.0.0/0"])
    #expect(AddressPrefix.covering(.max, .max).map(\.text) == ["255.255.255.255/32"])
  }

  @Test func withoutAnAddressEverythingElseIsLeft() throws {
    let block = AddressPrefix(base: try #require(IPAddress(parsing: "10.0.0.0")), length: 29)
    let hole = try #require(IPAddress(parsing: "10.0.0.5"))
    let rest = block.without(hole)
    for last in 0..<8 {
      let address = IPAddress(v4: 0x0a00_0000 + UInt32(last))
      #expect(rest.filter { $0.contains(address) }.count == (last == 5 ? 0 : 1), "\(address.text)")
    }
    #expect(block.without(IPAddress(v4: 0x0b00_0000)) == [block])
    let wide = AddressPrefix(base: try #require(IPAddress(parsing: "2001:db8::")), length: 32)
    let six = wide.without(try #require(IPAddress(parsing: "2001:db8::100")))
    #expect(six.count == 96)
    #expect(six.contains { $0.text == "2001:db8:8000::/33" })
    #expect(six.contains { $0.text == "2001:db8::101/128" })
  }
}
