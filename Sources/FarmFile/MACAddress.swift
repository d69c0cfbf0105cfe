/// An Ethernet address as a number of 48 bits, its first octet uppermost.
public struct MACAddress: Sendable, Hashable, BitwiseCopyable {
  /// At most 2⁴⁸ − 1.
  public let value: UInt64

  /// - Parameter value: its upper 16 bits are ignored.
  public init(_ value: UInt64) { self.value = value & 0xffff_ffff_ffff }

  /// The address with these octets; `nil` unless there are six.
  public init?(octets: some Sequence<UInt8>) {
    let octets = Array(octets)
    guard octets.count == 6 else { return nil }
    self.init(octets.reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// Reads `5a:fe:0a:4d:00:64`, or the same with `-`; `nil` for anything else.
  public init?(parsing text: String) {
    let parts = text.split(omittingEmptySubsequences: false) { $0 == ":" || $0 == "-" }
    let octets = parts.compactMap { part in
      part.utf8.count == 2 && part.allSatisfy(\.isHexDigit) ? UInt8(part, radix: 16) : nil
    }
    guard octets.count == parts.count else { return nil }
    self.init(octets: octets)
  }

  /// The six octets as they stand in a frame.
  public var octets: [UInt8] {
    (0..<6).map { UInt8(truncatingIfNeeded: value >> UInt64(40 - $0 * 8)) }
  }

  public static let broadcast = MACAddress(0xffff_ffff_ffff)

  /// Whether it is the address of a group of hosts. The broadcast address is one.
  public var isMulticast: Bool { value >> 40 & 1 == 1 }

  /// Whether an operator chose it, and not a manufacturer.
  public var isLocallyAdministered: Bool { value >> 40 & 2 == 2 }
}

extension MACAddress: CustomStringConvertible {
  public var description: String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}
