import Engine

/// The chains that find the first rule that matches a packet: one chain for each kind of packet.
extension RuleCompiler {
  /// A kind of packet: where it has the fields of a rule, and what decides once the rule is known.
  private struct Sort {
    let name: String
    let transport: Transport
    /// The kind of ``Leaf`` chain that decides.
    let leaf: String
    let port: String
    /// The destination address by IP version; `nil` if packets of that version do not get here.
    let v4: String?
    let v6: String?
    var first: [String] = []
  }

  private var sorts: [Sort] {
    let opens = "tcp flags & (fin | syn | rst | ack)"
    var sorts = [
      Sort(
        name: "openings", transport: .tcp, leaf: "bucket", port: "tcp dport", v4: "ip daddr", v6: "ip6 daddr",
        first: ["\(opens) != syn accept"]),
      Sort(
        name: "datagrams", transport: .udp, leaf: "bucket", port: "udp dport", v4: "ip daddr", v6: "ip6 daddr"
      ),
      Sort(
        name: "segments", transport: .tcp, leaf: "segment", port: "tcp dport", v4: "ip daddr",
        v6: "ip6 daddr", first: ["\(opens) == syn accept"]),
    ]
    if !v4.isEmpty {
      for (name, transport, leaf) in [("udp", Transport.udp, "quoted_4"), ("tcp", .tcp, "flow_error")] {
        sorts.append(
          Sort(
            name: "quoted_\(name)_4", transport: transport, leaf: leaf, port: "@th,224,16", v4: "@th,160,32",
            v6: nil))
      }
    }
    if !v6.isEmpty {
      for (name, transport, leaf) in [("udp", Transport.udp, "quoted_6"), ("tcp", .tcp, "flow_error")] {
        sorts.append(
          Sort(
            name: "quoted_\(name)_6", transport: transport, leaf: leaf, port: "@th,384,16", v4: nil,
            v6: "@th,128,128"))
      }
    }
    return sorts
  }

  var dispatchChains: [CompiledRules.Chain] { sorts.map { chain($0.name, dispatch($0)) } }

  /// The leaf chains of each kind that rules lead to, the default node's included.
  var leaves: [(kind: String, leaf: Leaf)] {
    var leaves: [(kind: String, leaf: Leaf)] = []
    func add(_ kind: String, _ leaf: Leaf) {
      if !leaves.contains(where: { $0.kind == kind && $0.leaf == leaf }) { leaves.append((kind, leaf)) }
    }
    add("bucket", Leaf(group: 0, identity: .address))
    for sort in sorts {
      for rule in settings.rules where rule.transport == sort.transport {
        if !destinations(of: rule, sort).isEmpty { add(sort.leaf, Leaf(rule, kind: sort.leaf)) }
      }
      if let fallback = fallback { add(sort.leaf, fallback) }
    }
    return leaves
  }

  /// The leaf of unmatched packets if there is a default node.
  var fallback: Leaf? {
    settings.unmatched == .defaultNode ? Leaf(group: settings.groups.count, identity: .address) : nil
  }

  private func dispatch(_ sort: Sort) -> [String] {
    var rules = sort.first
    for rule in settings.rules where rule.transport == sort.transport {
      let ports = rule.ports.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
      let leaf = Leaf(rule, kind: sort.leaf).name(sort.leaf)
      for destination in destinations(of: rule, sort) {
        rules.append("\(destination)\(sort.port) { \(ports.joined(separator: ", ")) } goto \(leaf)")
      }
    }
    return rules + ["goto \(fallback?.name(sort.leaf) ?? unmatched)"]
  }

  /// The matches for a rule's virtual IPs, each with a blank at the end; a single empty one if the rule has none.
  private func destinations(of rule: FilterRule, _ sort: Sort) -> [String] {
    guard !rule.virtualIPs.isEmpty else { return [""] }
    let isQuoted = sort.v4 == nil || sort.v6 == nil
    var matches: [String] = []
    for (field, list) in [
      (sort.v4, rule.virtualIPs.filter { $0.isIPv4 }), (sort.v6, rule.virtualIPs.filter { !$0.isIPv4 }),
    ] {
      guard let field, !list.isEmpty else { continue }
      matches.append("\(field) \(isQuoted ? hexadecimal(list) : addresses(list)) ")
    }
    return matches
  }
}
