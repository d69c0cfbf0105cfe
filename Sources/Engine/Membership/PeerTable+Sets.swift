/// Which nodes are what, by what is known of them.
extension PeerTable {
  /// Nodes with evidence younger than `tau`, this one excluded.
  var live: NodeSet {
    var live = NodeSet()
    for i in all.indices where all[i].isLive { live.insert(NodeID(i)) }
    return live
  }

  /// Live nodes that nobody has heard for longer than `tau`.
  func silent(for timeout: Duration, at now: Instant) -> NodeSet {
    var silent = NodeSet()
    for i in all.indices where all[i].isLive && now - all[i].lastEvidence > timeout {
      silent.insert(NodeID(i))
    }
    return silent
  }

  /// When the first live node will have been silent for longer than `tau` if nothing more is heard;
  /// ``Instant/never`` if none lives.
  func firstSilence(for timeout: Duration) -> Instant {
    var earliest = Instant.never
    for peer in all where peer.isLive {
      earliest = min(earliest, peer.lastEvidence + timeout + Duration(nanoseconds: 1))
    }
    return earliest
  }

  /// Live nodes that are members by their own word.
  var members: NodeSet {
    var members = NodeSet()
    for i in all.indices where all[i].isKnownMember { members.insert(NodeID(i)) }
    return members
  }

  /// The nodes that may track flows: members, and live nodes of which no heartbeat has been read.
  var flowKeepers: NodeSet {
    var keepers = NodeSet()
    for i in all.indices where all[i].isLive && (!all[i].hasContent || all[i].status.isMember) {
      keepers.insert(NodeID(i))
    }
    return keepers
  }

  /// Whether a node is heard whose silence about this one would prove something.
  var hearsWitness: Bool {
    for peer in all where peer.isLive && peer.hasBeenHeard && peer.isWitness { return true }
    return false
  }

  /// Whether a member has seen a node in service before, in this life or an earlier one.
  func isReturning(_ id: NodeID) -> Bool {
    for peer in all where peer.isKnownMember && peer.departed.contains(id) { return true }
    return false
  }

  /// The members that hold a node down.
  func holders(of id: NodeID) -> NodeSet {
    var holders = NodeSet()
    for i in all.indices where all[i].isKnownMember && all[i].heldDown.contains(id) {
      holders.insert(NodeID(i))
    }
    return holders
  }

  /// When the newest of our datagrams was sent that so many others have echoed.
  func lastEchoed(by needed: Int) -> Instant {
    var newest = Instant.zero
    for peer in all where peer.wayBack.echoedSince > newest {
      var count = 0
      for other in all where other.wayBack.echoedSince >= peer.wayBack.echoedSince { count += 1 }
      if count >= needed { newest = peer.wayBack.echoedSince }
    }
    return newest
  }

  // MARK: Configurations

  /// Live nodes that announce a configuration that is neither ours nor on its way to or from it.
  func strangers(to configuration: Digest) -> NodeSet {
    var strangers = NodeSet()
    for i in all.indices where all[i].isLive {
      let foreign = all[i].foreign
      if foreign.rawValue != 0, foreign != configuration { strangers.insert(NodeID(i)) }
    }
    return strangers
  }

  /// Live nodes that have staged another configuration.
  func dissenters(from staged: Digest) -> NodeSet {
    var dissenters = NodeSet()
    for i in all.indices where all[i].isLive {
      if let theirs = all[i].staged, theirs != staged { dissenters.insert(NodeID(i)) }
    }
    return dissenters
  }

  /// The live nodes that a configuration waits for: they serve or join, or are not known yet, and have neither staged
  /// it nor switched to it.
  func lacking(_ configuration: Digest) -> NodeSet {
    var lacking = NodeSet()
    for i in all.indices where all[i].isLive {
      let peer = all[i]
      let counts = !peer.hasContent || peer.status.isMember || peer.status == .joining
      if counts, !peer.hasContent || peer.configuration != configuration && peer.staged != configuration {
        lacking.insert(NodeID(i))
      }
    }
    return lacking
  }

  /// The nodes that can be in one view with a node that joins under a configuration.
  func company(under configuration: Digest) -> NodeSet {
    var company = NodeSet()
    for i in all.indices where all[i].isCompany(under: configuration) { company.insert(NodeID(i)) }
    return company
  }
}

extension Peer {
  /// Whether the peer is company for a node that joins: the two can be in one view.
  func isCompany(under configuration: Digest) -> Bool {
    guard isLive, hasContent, self.configuration == configuration else { return false }
    return switch status {
    case .stopped, .listening, .leaving, .fenced, .deaf: false
    case .joining, .up, .draining, .standby, .detached: true
    }
  }
}
