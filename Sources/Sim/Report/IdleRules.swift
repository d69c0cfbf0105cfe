import Engine
import FarmFile

/// Rules of a scenario's farm files that no client of it uses. A run says nothing about them.
struct IdleRules {
  /// Each rule once, those of the first farm file first.
  let rules: [FilterRule]

  init(_ scenario: Scenario) {
    var found: [FilterRule] = []
    for rule in scenario.configurations.flatMap(\.rules) {
      let isMet = scenario.traffic.contains { stream in
        scenario.rule(of: stream).transport == rule.transport
          && rule.ports.contains { $0.first <= stream.port && stream.port <= $0.last }
          && (rule.virtualIPs.isEmpty || rule.virtualIPs.contains(stream.virtualIP))
      }
      if !isMet, !found.contains(rule) { found.append(rule) }
    }
    rules = found
  }

  /// `No client of the scenario goes to TCP port 8443: nothing is measured there.`; `nil` if every rule has clients.
  var words: String? {
    guard !rules.isEmpty else { return nil }
    var parts = rules.prefix(IdleRules.most).map { IdleRules.words($0) }
    let rest = rules.count - parts.count
    if rest > 0 { parts.append("\(Readable.count(rest)) more") }
    return "No client of the scenario goes to \(PlainText.list(parts)): nothing is measured there."
  }

  private static let most = 3

  private static func words(_ rule: FilterRule) -> String {
    let ports = rule.ports.map { $0.first == $0.last ? "\($0.first)" : "\($0.first) to \($0.last)" }
    let isOne = rule.ports.count == 1 && rule.ports[0].first == rule.ports[0].last
    let addresses = rule.virtualIPs.isEmpty ? "" : " of \(PlainText.list(rule.virtualIPs.map(\.text)))"
    return
      "\(rule.transport == .tcp ? "TCP" : "UDP") \(isOne ? "port" : "ports") \(PlainText.list(ports))\(addresses)"
  }
}
