import Engine

extension FarmNames {
  /// An event of a node for the command of `notify:`, in one plain sentence without its full stop.
  ///
  /// A node learns from heartbeats who owns a bucket, and the filters of other nodes may have changed earlier. So a
  /// sentence about holes or doubles says whose knowledge it is.
  public func text(of event: FarmEvent, from node: NodeID) -> String {
    let me = name(node)
    let member = event.member.map { name($0) } ?? "a node"
    let group = event.group.map { name($0) } ?? "every group"
    let length = event.length.map { Self.text($0) } ?? "a moment"
    let buckets = Self.buckets(event.buckets ?? 0)
    let isOne = event.buckets == 1
    let heard = "by the heartbeats that \(me) hears"
    switch event.kind {
    case .memberRemoved: return "\(me) misses \(member): nobody has heard it in time"
    case .memberLeft: return "\(me) sees that \(member) has left"
    case .memberBack: return "\(me) sees that \(member) is back"
    case .tookOver:
      return "\(me) takes over \(buckets) of \(group)"
        + (event.from.isEmpty ? "" : " from \(list(event.from))")
    case .hole: return "nobody serves \(buckets) of \(group) for \(length) now, \(heard)"
    case .holeOver where event.reason != nil:
      return "\(me) no longer knows who serves \(group), of which buckets were nobody's for \(length)"
    case .holeOver: return "every bucket of \(group) is served again after \(length), \(heard)"
    case .double where event.reason != nil:
      return "two nodes served \(buckets) of \(group) for \(length)\(isOne ? "" : " on average"), \(heard)"
    case .double: return "two nodes serve \(buckets) of \(group) for \(length) now, \(heard)"
    case .doubleOver: return "no bucket of \(group) is served by two any more after \(length), \(heard)"
    case .outOfService:
      let reason = Self.words(reason: event.reason ?? "")
      guard event.member != nil else { return "\(me) is out of service: \(reason)" }
      return "\(me) sees that \(member) is out of service: \(reason)"
    case .inService: return "\(me) is in service"
    case .drained: return "\(me) is drained"
    case .duplicateID:
      guard event.member != nil else { return "two machines use the id of \(me), this one and another" }
      return "two machines use the id of \(member), says \(me)"
    case .otherConfiguration: return "\(me) hears only members with another configuration"
    case .wrongKey: return "\(me) hears heartbeats from \(member) that its key does not explain"
    case .setBack: return "\(me) was set back, as to a snapshot, and begins a new life"
    case .stale: return "\(me) hears old heartbeats of \(member) again and again, and no newer ones"
    case .trouble: return "\(me): \(event.words ?? event.reason ?? "trouble")"
    case .troubleOver: return "\(me), over: \(event.words ?? event.reason ?? "trouble")"
    }
  }

  private static func words(reason: String) -> String {
    switch reason {
    case "unhealthy": "its checks fail"
    case "no_lease": "its kernel's lease has run out"
    case "duplicate_id": "another machine has its id"
    case "deaf": "no frame arrives on its service network"
    case "set_back": "it was set back, as to a snapshot"
    case "held_down": "it came back too often"
    case "failback": "it waits in standby"
    case "isolated": "nobody hears it"
    case "too_few": "too few hear it"
    case "detached": "it is cut off from the network of the service"
    case "leaving": "it leaves"
    case "drained": "it is drained"
    default: "it is \(reason)"
    }
  }
}
