/// Repeating what others have said to nodes that do not hear them.
extension Node {
  /// Whether some other node is not known to hear a sender. Nearly always all do, and there is nothing to relay.
  ///
  /// Inlined, as a call would copy the whole node: the compiler passes so large a value on by a copy.
  @inline(__always)
  func mayBeDeaf(to sender: NodeID) -> Bool {
    let hearing = heardBy[sender.index].union(NodeSet(sender)).union(NodeSet(id))
    return !NodeSet(first: settings.nodeCount).isSubset(of: hearing)
  }

  /// Repeats a datagram to the nodes that do not hear its sender, if we are the lowest that can.
  ///
  /// Its content must cross a cut link too: bits, status and digests. The deaf learn the sender's *life* from
  /// everyone's vectors, so a relayed datagram is no evidence.
  func relay(
    _ datagram: Datagram, of sender: NodeID, at now: Instant, into actions: inout [Action]
  ) {
    guard settings.heartbeat.isRelaying, status != .listening else { return }
    guard now - peers[sender.index].heardSince > timing.twoIntervals else { return }
    let deaf = liveNodes.subtracting(heardBy[sender.index]).subtracting(NodeSet(sender))
      .subtracting(strangers)
    if deaf.isEmpty { return }
    for node in deaf {
      let other = peers[node.index]
      guard other.hasContent, other.hears.contains(id) else { continue }
      guard now - other.heardSince > timing.twoIntervals || !other.hasBeenHeard else { continue }
      let able = heardBy[sender.index].intersection(other.hears).intersection(liveNodes)
      if let lowest = able.first, lowest < id { continue }
      actions.append(
        .send(
          Transmission(
            bytes: datagram.bytes, to: node, networks: NetworkSet(first: settings.networks.count),
            isRelayed: true)))
    }
  }

  /// Repeats what nodes that leave said last to a node whose vector shows that it heard none of it, if we are the lowest
  /// that can.
  mutating func repeatLastWords(
    to reader: HeartbeatReader, at now: Instant, into actions: inout [Action]
  ) {
    let node = reader.sender
    let missed = lastWords.missed(by: reader, at: now, timing)
    guard settings.heartbeat.isRelaying, status != .listening, reader.status != .leaving else { return }
    let other = peers[node.index]
    guard other.hasContent, other.hears.contains(id), !strangers.contains(node) else { return }
    for word in missed {
      let able = word.heardBy.intersection(other.hears).intersection(liveNodes)
      if let lowest = able.first, lowest < id { continue }
      for datagram in word.datagrams {
        actions.append(
          .send(
            Transmission(
              bytes: datagram.bytes, to: node, networks: NetworkSet(first: settings.networks.count),
              isRelayed: true)))
      }
    }
  }
}
