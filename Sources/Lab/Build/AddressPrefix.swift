import Engine
import FarmFile
import Sim

/// A block of addresses: all addresses that share the first bits.
struct AddressPrefix: Sendable, Hashable {
  var base: IPAddress
  /// 0 to 32, or 0 to 128.
  var length: Int

  var text: String { "\(base.text)/\(length)" }

  /// The fewest blocks that cover the IPv4 addresses of a range, both ends included, in order.
  static func covering(_ first: UInt32, _ last: UInt32) -> [AddressPrefix] {
    var blocks: [AddressPrefix] = []
    var next = UInt64(first)
    while next <= UInt64(last) {
      // A block is as large as its start allows, but does not exceed the range.
      var bits = min(32, next.trailingZeroBitCount)
      while next + (1 << UInt64(bits)) - 1 > UInt64(last) { bits -= 1 }
      blocks.append(AddressPrefix(base: IPAddress(v4: UInt32(next)), length: 32 - bits))
      next += 1 << UInt64(bits)
    }
    return blocks
  }

  func contains(_ address: IPAddress) -> Bool {
    address.isIPv4 == base.isIPv4
      && address.network(v4: UInt8(min(length, 32)), v6: UInt8(length)) == base
  }

  /// The rest of the block without one address: for each bit below its length, the half on the other side.
  func without(_ address: IPAddress) -> [AddressPrefix] {
    guard contains(address) else { return [self] }
    let width = base.isIPv4 ? 32 : 128
    return (length..<width).map { bit in
      let sibling = address.flipping(bit: bit)
      return AddressPrefix(
        base: sibling.network(v4: UInt8(min(bit + 1, 32)), v6: UInt8(bit + 1)), length: bit + 1)
    }
  }
}

extension [AddressPrefix] {
  /// The blocks without some single addresses.
  func without(_ addresses: [IPAddress]) -> [AddressPrefix] {
    addresses.reduce(self) { blocks, address in blocks.flatMap { $0.without(address) } }
  }

  /// The addresses of scenarios' clients, see Sim's `Clients`.
  static var clients: [AddressPrefix] {
    AddressPrefix.covering(0x0b00_0000, 0x4aff_ffff) + AddressPrefix.covering(0x6440_0000, 0x647f_ffff)
      + [AddressPrefix(base: IPAddress(v6: 0x2001_0db8_0000_0000, 0), length: 32)]
  }
}

extension AddressPrefix {
  /// The addresses that a scenario gives some of its clients.
  init(_ share: AddressShare) {
    self.init(base: share.first, length: (share.first.isIPv4 ? 32 : 128) - share.hostBits)
  }
}

extension IPAddress {
  /// The address with one bit changed. Bits count from the first.
  fileprivate func flipping(bit: Int) -> IPAddress {
    var copy = self
    if isIPv4 {
      copy.low ^= 1 << UInt64(31 - bit)
    } else if bit < 64 {
      copy.high ^= 1 << UInt64(63 - bit)
    } else {
      copy.low ^= 1 << UInt64(127 - bit)
    }
    return copy
  }
}
