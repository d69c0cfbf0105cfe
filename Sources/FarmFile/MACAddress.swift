/// An Ethernet address.
public struct MACAddress: Sendable, Hashable {
  /// Six bytes in the order of the wire, the first in the highest of the lower 48 bits.
  public var bits: UInt64

  public init(bits: UInt64) { self.bits = bits & 0xffff_ffff_ffff }

  /// Reads `5a:fe:0a:4d:00:64`; `nil` for anything else.
  public init?(parsing text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 6 else { return nil }
    var bits: UInt64 = 0
    for part in parts {
      guard part.utf8.count == 2, part.allSatisfy(\.isHexDigit), let byte = UInt8(part, radix: 16) else {
        return nil
      }
      bits = bits << 8 | UInt64(byte)
    }
    self.bits = bits
  }

  /// Whether frames to it are for a group, not for one interface.
  public var isMulticast: Bool { bits >> 40 & 1 == 1 }

  /// Whether it was made up by an administrator instead of a vendor.
  public var isLocallyAdministered: Bool { bits >> 41 & 1 == 1 }

  /// Lower case, with colons.
  public var text: String {
    stride(from: 40, through: 0, by: -8).map { shift in
      let byte = String(bits >> UInt64(shift) & 255, radix: 16)
      return byte.count == 1 ? "0" + byte : byte
    }.joined(separator: ":")
  }
}
