import Engine

/// The answer to "which node serves this client", for people.
public struct OwnerText {
  let lookup: OwnerLookup
  let client: Client
  let shown: String

  /// - Parameter shown: the client as the operator wrote it.
  public init(lookup: OwnerLookup, client: Client, shown: String) {
    self.lookup = lookup
    self.client = client
    self.shown = shown
  }

  /// The answer in lines that no terminal obeys: names come from the file.
  public var text: String {
    let farm = lookup.farm
    let rule = farm.settings.rules[lookup.rule]
    let group = farm.settings.groups[rule.group.index]
    let bucket = lookup.bucket(of: client.address, port: client.port)
    let nodes = lookup.succession(of: bucket).map { farm.nodes[$0.index] }
    var lines = [
      "client  \(shown)",
      "rule    \(RuleChoice.text(lookup.rule, in: farm)), by \(Self.name(rule.identity))",
      "group   \(farm.groups[rule.group.index]) (\(group.policy.name))",
      "bucket  \(bucket.index) of \(group.bucketCount)",
    ]
    if !lookup.down.isEmpty {
      lines.append("down    " + lookup.down.map { farm.nodes[$0.index] }.joined(separator: ", "))
    }
    lines.append("node    \(nodes.first ?? "none: no node that may serve it is up")")
    if let first = nodes.first {
      lines.append(
        nodes.count > 1
          ? "then    \(nodes[1]) when \(first) fails" + Self.further(nodes.dropFirst(2))
          : "then    nobody when \(first) fails")
    }
    return PlainText.lines(lines.joined(separator: "\n") + "\n")
  }

  private static func further(_ nodes: ArraySlice<String>) -> String {
    nodes.isEmpty ? "" : ", after that " + nodes.joined(separator: ", ")
  }

  private static func name(_ identity: ClientIdentity) -> String {
    switch identity {
    case .address: "address"
    case .addressPort: "address and port"
    case .network(let v4, let v6): "network (/\(v4), IPv6 /\(v6))"
    case .port: "port"
    }
  }
}
