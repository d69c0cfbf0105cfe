import Engine

/// The positions of fields in the packet that an ICMP error quotes. nft has no names for these fields before version
/// 1.0.8, so they are given as bits from the start of the ICMP header, which is 8 bytes long in both versions of IP.
extension RuleCompiler {
  /// Unreachable, source quench, redirect, time exceeded, parameter problem.
  static let errors4 = "icmp type { 3, 4, 5, 11, 12 }"
  /// Unreachable, packet too big, time exceeded, parameter problem.
  static let errors6 = "icmpv6 type { 1, 2, 3, 4 }"

  /// Matches a quoted IPv4 packet of the farm with a header of 20 bytes and its ports; ends with the field of its
  /// protocol.
  var quote4: String {
    "@th,64,8 0x45 @th,112,16 & 0x1fff == 0 @th,160,32 \(hexadecimal(v4)) @th,136,8"
  }
  /// Matches a quoted IPv6 packet of the farm; ends with the field of its next header.
  var quote6: String { "@th,64,4 6 @th,128,128 \(hexadecimal(v6)) @th,112,8" }

  func hexadecimal(_ list: [IPAddress]) -> String {
    "{ " + list.map(Self.hexadecimal).joined(separator: ", ") + " }"
  }

  static func hexadecimal(_ address: IPAddress) -> String {
    let low = String(address.low, radix: 16)
    guard !address.isIPv4 else { return "0x\(low)" }
    return "0x\(String(address.high, radix: 16))" + String(repeating: "0", count: 16 - low.count) + low
  }
}
