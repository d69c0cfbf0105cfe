import Engine
import FarmFile

/// A kind of packets that others' rules are checked for: the fields that all of them share. `nil` means any value.
///
/// Each condition of a rule, as libnftables lists it in JSON, is judged for all of these packets at once. A field that
/// is not known here, or a value that cannot be read, gives `maybe`.
struct PacketSort: Hashable {
  var isIPv4: Bool
  var transport: Transport
  var source: IPAddress?
  var destination: IPAddress?
  var sourcePorts: ClosedRange<UInt16>?
  var destinationPorts: ClosedRange<UInt16>?
  /// The interfaces where they come in and go out.
  var incoming: String?
  var outgoing: String?
  /// Whether connection tracking has seen them, but knows no connection of theirs.
  var isNew = false

  /// Whether a rule's condition holds for all of them or for none; `maybe` if it holds for some or cannot be judged.
  enum Answer: Sendable {
    case yes, no, maybe

    var inverse: Answer {
      switch self {
      case .yes: .no
      case .no: .yes
      case .maybe: .maybe
      }
    }

    func and(_ other: Answer) -> Answer {
      self == .no || other == .no ? .no : self == .yes && other == .yes ? .yes : .maybe
    }
  }

  /// Judges one condition in the form of libnftables' JSON: `{"op": "==", "left": ..., "right": ...}`.
  /// - Source: libnftables-json(5), "MATCH".
  func answer(to match: [String: Any]) -> Answer {
    guard let left = match["left"] as? [String: Any], let right = match["right"],
      let op = match["op"] as? String
    else { return .maybe }
    let equal = isEqual(left, right)
    switch op {
    case "==", "in": return equal
    case "!=": return isForeign(left) ? equal : equal.inverse
    default: return .maybe
    }
  }

  /// Whether these packets do not have the field: then a condition about it never holds, whatever the value.
  private func isForeign(_ left: [String: Any]) -> Bool {
    guard let payload = left["payload"] as? [String: Any] else { return false }
    switch payload["protocol"] as? String {
    case "ip": return !isIPv4
    case "ip6": return isIPv4
    case "icmp", "icmpv6": return true
    case "tcp": return transport != .tcp
    case "udp", "udplite": return transport != .udp
    default: return false
    }
  }

  private func isEqual(_ left: [String: Any], _ right: Any) -> Answer {
    if isForeign(left) { return .no }
    if let payload = left["payload"] as? [String: Any] {
      return isEqual(payload["protocol"] as? String, payload["field"] as? String, right)
    }
    if let meta = left["meta"] as? [String: Any] { return isEqual(meta: meta["key"] as? String, right) }
    if let ct = left["ct"] as? [String: Any], ct["key"] as? String == "state", isNew {
      return Self.names(right).map { $0.contains("new") ? .yes : .no } ?? .maybe
    }
    return .maybe
  }

  private func isEqual(_ header: String?, _ field: String?, _ right: Any) -> Answer {
    switch (header, field) {
    case ("ip", "protocol"), ("ip6", "nexthdr"): isTransport(right)
    case ("ip", "saddr"), ("ip6", "saddr"): NumberSet(right).holds(source.map { $0.number...$0.number })
    case ("ip", "daddr"), ("ip6", "daddr"):
      NumberSet(right).holds(destination.map { $0.number...$0.number })
    case (_, "sport"): NumberSet(right).holds(sourcePorts.map(\.numbers))
    case (_, "dport"): NumberSet(right).holds(destinationPorts.map(\.numbers))
    default: .maybe
    }
  }

  private func isEqual(meta key: String?, _ right: Any) -> Answer {
    switch key {
    case "l4proto": isTransport(right)
    case "nfproto", "protocol":
      Self.names(right).map {
        $0.contains { (isIPv4 ? ["ipv4", "ip", "2"] : ["ipv6", "ip6", "10"]).contains($0) } ? .yes : .no
      } ?? .maybe
    case "iif", "iifname": isInterface(incoming, right)
    case "oif", "oifname": isInterface(outgoing, right)
    default: .maybe
    }
  }

  private func isTransport(_ right: Any) -> Answer {
    let own = transport == .tcp ? ["tcp", "6"] : ["udp", "17"]
    return Self.names(right).map { $0.contains { own.contains($0) } ? .yes : .no } ?? .maybe
  }

  private func isInterface(_ name: String?, _ right: Any) -> Answer {
    guard let name, let patterns = Self.names(right) else { return .maybe }
    let isOne = patterns.contains {
      $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : $0 == name
    }
    return isOne ? .yes : .no
  }

  /// The words of a value, a list or a set; `nil` if it holds anything else, such as the name of a set.
  private static func names(_ value: Any) -> [String]? {
    if let number = value as? Int { return ["\(number)"] }
    if let text = value as? String { return text.hasPrefix("@") ? nil : [text] }
    guard let list = value as? [Any] ?? (value as? [String: Any])?["set"] as? [Any] else { return nil }
    var names: [String] = []
    for item in list {
      guard !(item is [Any]), let words = Self.names(item) else { return nil }
      names += words
    }
    return names
  }
}

extension ClosedRange<UInt16> {
  fileprivate var numbers: ClosedRange<UInt128> { UInt128(lowerBound)...UInt128(upperBound) }
}
