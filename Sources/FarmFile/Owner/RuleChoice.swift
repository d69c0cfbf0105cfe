import Engine

/// The rule of a farm that an operator means by `80`, `tcp/80` or the rule's name.
public enum RuleChoice {
  /// - Parameter text: may be `nil` where there is one rule.
  /// - Returns: the index of the rule, or one line that says why there is none.
  public static func index(_ text: String?, in farm: Farm) -> Result<Int, Complaint> {
    let rules = farm.settings.rules
    guard let text else {
      if rules.count == 1 { return .success(0) }
      return .failure(
        Complaint(
          rules.isEmpty
            ? "the farm has no rule, so no client is balanced"
            : "the farm has \(rules.count) rules; say which with --rule: \(names(farm))"))
    }
    if let index = farm.rules.firstIndex(of: text) { return .success(index) }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let port = UInt16(parts[parts.count - 1]) else {
      return .failure(Complaint("--rule \(text): expected a port, 'tcp/80' or one of: \(names(farm))"))
    }
    let found = rules.indices.filter { i in
      let covers = rules[i].ports.contains { $0.first <= port && port <= $0.last }
      return covers && (parts.count == 1 || parts[0] == name(rules[i].transport))
    }
    guard let first = found.first else {
      return .failure(Complaint("--rule \(text): no rule covers it; there are: \(names(farm))"))
    }
    // The first match wins, as in the filter. But TCP and UDP are two questions.
    if let other = found.first(where: { rules[$0].transport != rules[first].transport }) {
      return .failure(
        Complaint(
          "--rule \(text): both \(name(rules[first].transport))/\(port) and \(name(rules[other].transport))/\(port) have a rule; say which"
        ))
    }
    return .success(first)
  }

  public static func name(_ transport: Transport) -> String {
    switch transport {
    case .tcp: "tcp"
    case .udp: "udp"
    }
  }

  /// A rule in the operator's terms: protocol, ports, and its name if that says more.
  public static func text(_ index: Int, in farm: Farm) -> String {
    let rule = farm.settings.rules[index]
    let ports = rule.ports.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
    let plain = name(rule.transport) + "/" + ports.joined(separator: ",")
    guard farm.rules.indices.contains(index), farm.rules[index] != plain else { return plain }
    return "\(farm.rules[index]) (\(plain))"
  }

  private static func names(_ farm: Farm) -> String {
    farm.settings.rules.indices.map { text($0, in: farm) }.joined(separator: ", ")
  }
}

/// One line that tells an operator what is wrong.
public struct Complaint: Error {
  public var line: String
  public init(_ line: String) { self.line = line }
}
