/// Repeating what others have said to nodes that do not hear them.
extension Node {
  /// Whether some other node may not hear a sender. Nearly always all do, and there is nothing to relay.
  ///
  /// Inlined, as a call would copy the whole node: the compiler passes so large a value on by a copy.
  @inline(__always)
  func mayBeDeaf(to sender: NodeID) -> Bool {
    let hearing = peers.hearers(of: sender).union(NodeSet(sender)).union(NodeSet(id))
    return !NodeSet(first: settings.nodeCount).isSubset(of: hearing)
  }

  /// Repeats a datagram to the nodes that do not hear its sender, if we are the lowest that can.
  ///
  /// Its content must cross a cut link too: bits, status and digests. Nodes behind the cut learn the sender's *life*
  /// from everyone's vectors, so a relayed datagram is no evidence.
  func relay(
    _ datagram: Datagram, of sender: NodeID, at now: Instant, into actions: inout [Action]
  ) {
    guard settings.heartbeat.isRelaying, status != .listening else { return }
    guard now - peers[sender.index].heardSince > timing.twoIntervals else { return }
    let deaf = peers.live.subtracting(peers.hearers(of: sender)).subtracting(NodeSet(sender)).subtracting(
      strangers)
    if deaf.isEmpty { return }
    for node in deaf {
      let other = peers[node.index]
      guard now - other.heardSince > timing.twoIntervals || !other.hasBeenHeard else { continue }
      guard isRelay(to: node, of: peers.hearers(of: sender)) else { continue }
      actions.append(repeated(datagram.bytes, to: node))
    }
  }

  /// Repeats the last datagrams of nodes that leave to a node whose vector shows that it heard none of them, if we are
  /// the lowest that can.
  mutating func repeatLastWords(
    to reader: HeartbeatReader, at now: Instant, into actions: inout [Action]
  ) {
    let node = reader.sender
    let missed = lastWords.read(reader, at: now, timing)
    guard settings.heartbeat.isRelaying, status != .listening, reader.status != .leaving else { return }
    if strangers.contains(node) { return }
    for word in missed where isRelay(to: node, of: word.heardBy) {
      for datagram in word.datagrams { actions.append(repeated(datagram.bytes, to: node)) }
    }
  }

  /// Whether a node hears us, and none of the nodes that have heard a sender and are heard by it has a lower id.
  @inline(__always)
  private func isRelay(to node: NodeID, of hearers: NodeSet) -> Bool {
    let other = peers[node.index]
    guard other.hasContent, other.hears.contains(id) else { return false }
    let able = hearers.intersection(other.hears).intersection(peers.live)
    return able.first.map { $0 >= id } ?? true
  }

  /// Another node's datagram, unchanged, on every network.
  @inline(__always)
  private func repeated(_ bytes: [UInt8], to node: NodeID) -> Action {
    .send(
      Transmission(
        bytes: bytes, to: node, networks: NetworkSet(first: settings.networks.count), isRelayed: true))
  }
}
