import Engine

extension FarmNames {
  /// Why a node does not serve, in words that follow on "it does not serve: ".
  /// - Parameter now: the instant from which times are counted.
  public func text(of obstacle: ServiceObstacle, at now: Instant) -> String {
    switch obstacle {
    case .stopped: return "stopped"
    case .closing: return "its kernel has yet to confirm that it accepts nothing"
    case .duplicateID: return "another machine uses its node id"
    case .addressTaken:
      return
        "it hears no other node, and another machine answers for its address: is that a copy of this machine?"
    case .otherConfiguration(let nodes): return "\(list(nodes)) \(Self.has(nodes)) another configuration"
    case .wrongKey(let nodes): return "its key does not explain the heartbeats from \(list(nodes))"
    case .listening(let until): return "it listens whether a farm is there\(Self.left(until, at: now))"
    case .joining(let nodes):
      return nodes.isEmpty ? "it joins" : "it joins, and waits for heartbeats to and fro with \(list(nodes))"
    case .tooFew(.witness): return "it is alone, and the witness does not answer"
    case .tooFew: return "it hears too few others for a majority"
    case .heldDown(let nodes): return "held down by \(list(nodes)) after too many joins"
    case .unhealthy: return "a check fails"
    case .failback(nil): return "failback is manual: it waits for 'farmd resume'"
    case .failback(let until?):
      return "failback is delayed: it waits for an unchanged view\(Self.left(until, at: now))"
    case .isolated: return "isolated: it hears others and is heard by nobody"
    case .deaf: return "deaf: no frame arrives on the service network"
    case .unheard(let nodes):
      return "it hears \(list(nodes)) and is not heard there, so it leaves its buckets to others"
    case .detached: return "it is not heard, or hears nobody, on the service network"
    case .draining: return "it drains"
    case .leaving: return "it leaves"
    case .noLease(let isRefused):
      return isRefused
        ? "no lease: the kernel refuses what it is asked" : "no lease: it was not renewed in time"
    case .resuming(let nodes):
      return nodes.isEmpty
        ? "it goes on as the daemon before it"
        : "it goes on as the daemon before it, and waits to hear \(list(nodes))"
    case .noWeight: return "its weight is 0 in every group"
    case .noShare: return "others come first in every group"
    case .handOver(let nodes):
      return nodes.isEmpty ? "it is about to take its buckets" : "its buckets are still with \(list(nodes))"
    }
  }

  private static func has(_ nodes: NodeSet) -> String { nodes.count == 1 ? "has" : "have" }

  private static func left(_ until: Instant, at now: Instant) -> String {
    until > now ? ", for another \(text(until - now))" : ""
  }
}

extension ServiceObstacle {
  /// The nodes that the obstacle is about.
  public var nodes: NodeSet {
    switch self {
    case .otherConfiguration(let nodes), .wrongKey(let nodes), .joining(let nodes), .heldDown(let nodes),
      .resuming(let nodes), .handOver(let nodes), .unheard(let nodes):
      nodes
    case .stopped, .closing, .duplicateID, .addressTaken, .listening, .tooFew, .unhealthy, .failback,
      .isolated, .deaf,
      .detached,
      .draining, .leaving, .noLease, .noWeight, .noShare:
      .empty
    }
  }

  /// When the obstacle ends if nothing else happens; `nil` if that is not known.
  public var until: Instant? {
    switch self {
    case .listening(let until): until
    case .failback(let until): until
    default: nil
    }
  }
}
