/// Nodes of this farm with another configuration: what they say of buckets cannot be read.
///
/// Two parts of a farm that were given different files must not serve side by side. A node that hears members of
/// another configuration before it is up stays out. Of parts that start together the larger one comes up, or of equal
/// ones that with the lowest id. Every node that hears all others decides the same.
extension Node {
  /// Live nodes that announce a configuration that is neither ours nor on its way to or from it.
  public var strangers: NodeSet { peers.strangers(to: configuration) }

  /// Live nodes that have staged another configuration than the one that we have staged.
  public var dissenters: NodeSet { staging.digest.map { peers.dissenters(from: $0) } ?? .empty }

  /// Notes the configuration that a datagram announces. - Returns: whether that is news.
  mutating func noteStranger(_ reader: HeartbeatReader, at now: Instant) -> Bool {
    let sender = reader.sender
    let isNews = peers.readForeign(reader)
    // A node that joins says itself that it has nothing. What any other node has is not known.
    for g in groups.indices where groups[g].claims.unknown.contains(sender) == (reader.status == .joining) {
      groups[g].drop(sender, ending: .none, at: now)
      if reader.status != .joining { groups[g].doubt(sender, at: now) }
      schedule.settleSoon()
    }
    return isNews
  }

  /// Settles that two parts of different configurations are both up, as when a cut between them heals: the smaller part
  /// gives up, or of equal ones that without the lowest id.
  mutating func checkStrangers(at now: Instant, into actions: inout [Action]) {
    guard status.isMember, !filter.isCleaning, let own = view.members.first else { return }
    var rest = strangers
    while let first = rest.first {
      var others = NodeSet()
      for node in rest where peers[node.index].foreign == peers[first.index].foreign {
        if peers[node.index].foreignStatus.isMember { others.insert(node) }
        rest.remove(node)
      }
      guard let lowest = others.first else { continue }
      let count = view.members.count
      if others.count > count || others.count == count && lowest < own {
        return releaseAll(entering: .listening, at: now, into: &actions)
      }
    }
  }

  /// The nodes of another configuration to which this one gives way while it joins; empty if there are none.
  var foreignFarm: NodeSet {
    let company = peers.company(under: configuration).union(NodeSet(id))
    var rest = strangers
    while let first = rest.first {
      let digest = peers[first.index].foreign
      var others = NodeSet()
      var isUp = false
      for node in rest where peers[node.index].foreign == digest {
        let status = peers[node.index].foreignStatus
        isUp = isUp || status.isMember
        if status.isMember || status == .joining { others.insert(node) }
        rest.remove(node)
      }
      if isUp || others.count > company.count { return others }
      if others.count == company.count, let theirs = others.first, let ours = company.first, theirs < ours {
        return others
      }
    }
    return .empty
  }
}
