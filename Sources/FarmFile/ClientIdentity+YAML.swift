import Engine

extension ClientIdentity {
  static let expected = "address, address_port, port, network/24, or network/24/64 (IPv4 and IPv6 prefix)"

  /// Reads `address`, `address_port`, `port`, `network/24` or `network/24/56`.
  init?(_ reader: YAMLReader) {
    guard let text = reader.text(expected: ClientIdentity.expected) else { return nil }
    switch text {
    case "address": self = .address
    case "address_port": self = .addressPort
    case "port": self = .port
    default:
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts[0] == "network", 2...3 ~= parts.count else {
        let nearest = reader.log.nearest(to: text, among: ["address", "address_port", "port", "network/24"])
        reader.report(
          "unknown identity '\(text)'", expected: nearest == nil ? ClientIdentity.expected : nil,
          nearest: nearest)
        return nil
      }
      let prefixes = parts.dropFirst().map { Int($0) }
      guard let v4 = prefixes[0], 1...32 ~= v4, let v6 = prefixes.count > 1 ? prefixes[1] : 64, 1...128 ~= v6
      else {
        reader.report("'\(text)' has no such prefix", expected: "1 to 32 for IPv4, 1 to 128 for IPv6")
        return nil
      }
      self = .network(v4: UInt8(v4), v6: UInt8(v6))
    }
  }
}
