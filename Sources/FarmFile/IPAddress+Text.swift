import Engine
import Foundation

extension IPAddress {
  /// Reads `192.0.2.100` or `2001:db8::100`; `nil` for anything else.
  public init?(parsing text: String) {
    guard !text.utf8.contains(0) else { return nil }
    var v4 = in_addr()
    if inet_pton(AF_INET, text, &v4) == 1 {
      self.init(v4: UInt32(bigEndian: v4.s_addr))
      return
    }
    var v6 = in6_addr()
    guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
    let words = withUnsafeBytes(of: v6) { bytes in
      (0..<2).map { word in (0..<8).reduce(UInt64(0)) { $0 << 8 | UInt64(bytes[word * 8 + $1]) } }
    }
    self.init(v6: words[0], words[1])
  }

  /// The usual notation; in IPv6 the longest run of zeros is left out.
  public var text: String {
    guard !isIPv4 else {
      return stride(from: 24, through: 0, by: -8).map { String(low >> UInt64($0) & 255) }.joined(
        separator: ".")
    }
    var address = in6_addr()
    withUnsafeMutableBytes(of: &address) { bytes in
      for i in 0..<16 {
        bytes[i] = UInt8(truncatingIfNeeded: (i < 8 ? high : low) >> UInt64(56 - i % 8 * 8))
      }
    }
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count))
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
