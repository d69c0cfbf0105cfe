import Engine

extension FarmNames {
  /// A notice of a node about itself or others, in one plain sentence without its full stop.
  public func text(of notice: Notice, from node: NodeID) -> String {
    let me = name(node)
    switch notice {
    case .status(.deaf, _): return "\(me) is deaf: no frame arrives on its service network"
    case .status(.detached, _):
      return
        "\(me) is detached: it is not heard, or hears nobody, on the service network, and serves only if nobody is better off"
    case .status(let status, _): return "\(me) is \(status.name)"
    case .view(let members, let serving, _, _):
      guard !members.isEmpty else { return "the view is empty" }
      let skipped = members.subtracting(serving)
      let rest =
        skipped.isEmpty ? "" : ", of which \(list(skipped)) \(skipped.count == 1 ? "gets" : "get") no bucket"
      return "the view is \(list(members))" + rest
    case .removed(let member): return "\(name(member)) is removed: nobody has heard it in time"
    case .left(let member): return "\(name(member)) has left"
    case .joined(let member): return "\(name(member)) joins"
    case .returned(let member): return "\(name(member)) is heard again"
    case .claimed(let group, let count, let reason):
      return "\(me) \(Self.verb(reason)) \(Self.buckets(count)) of \(name(group))"
    case .released(let group, let count): return "\(me) hands over \(Self.buckets(count)) of \(name(group))"
    case .paused(let length): return "\(me) notices that it stood still for at least \(Self.text(length))"
    case .commitFailed: return "the kernel of \(me) refuses a commit"
    case .leaseLost: return "\(me) has lost its lease"
    case .duplicateNodeID: return "two machines use the id of \(me), this one and another"
    case .sharedNodeID(let member): return "two machines use the id of \(name(member))"
    case .deaf(let member):
      return "\(name(member)) is deaf: no frame arrives on its service network, and it serves nobody"
    case .configurationStaged(let digest): return "\(me) has staged configuration \(digest.hex)"
    case .configurationSwitched(let digest): return "\(me) switches to configuration \(digest.hex)"
    case .configurationMismatch(_, let other): return "\(me) hears \(name(other)) with another configuration"
    case .unauthenticated(let other):
      return "\(me) hears heartbeats from \(name(other)) that its key does not explain"
    case .setBack(0): return "\(me) was set back: others know a later life of it, so it begins a new one"
    case .setBack(let more):
      return
        "\(me) was set back, as to a snapshot: others have heard \(more) later heartbeats of it, so it begins a new life"
    case .stale(let other):
      return
        "\(me) hears heartbeats of \(name(other)) that are older than what is known of it: somebody sends them again, or it was set back"
    case .resumed(let members): return "\(me) goes on as the daemon before it, with \(list(members))"
    case .resumptionRefused(let obstacle): return "\(me) starts anew: \(Self.words(obstacle))"
    case .caughtUp(let missing):
      let rest = missing.isEmpty ? "" : " without \(list(missing))"
      return "\(me) decides again\(rest)"
    case .refused(let refusal): return "\(me) refuses: \(Self.words(refusal))"
    case .drained(let cut):
      if cut == 0 { return "\(me) is drained, and cuts no flow that its kernel tracks" }
      let flows = cut == 1 ? "1 tracked flow is" : "\(cut) tracked flows are"
      return "\(me) is drained by its deadline, \(flows) cut"
    case .heldDown: return "\(me) is held down after too many joins"
    }
  }

  private static func verb(_ reason: ClaimReason) -> String {
    switch reason {
    case .takeOver: "takes over"
    case .handOver: "is handed"
    case .unclaimed: "claims"
    }
  }

  private static func words(_ refusal: Refusal) -> String {
    switch refusal {
    case .lastNodeUp: "it is the last node that is up"
    case .notRunning: "it does not run"
    case .invalidSettings: "the settings contradict each other"
    case .weightOutOfRange: "the weight is above the configured one"
    }
  }

  private static func words(_ obstacle: ResumptionObstacle) -> String {
    switch obstacle {
    case .leaseOver: "the lease of the daemon before it is over"
    case .otherSettings: "the settings are not those of the daemon before it"
    case .noLease: "the settings keep no lease"
    case .filterUnknown: "the kernel's filter does not fit the groups"
    }
  }

  static func buckets(_ count: Int) -> String { count == 1 ? "1 bucket" : "\(count) buckets" }

  /// A length in ms below 10 s, otherwise in s with one decimal.
  public static func text(_ length: Duration) -> String {
    let ms = (length.nanoseconds + 500_000) / 1_000_000
    if ms < 10_000 { return "\(ms) ms" }
    let tenths = (ms + 50) / 100
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
