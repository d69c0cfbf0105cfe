import Engine

/// Ownership and load of the nodes between two instants at which faults begin or end, or between one and the start or
/// end of the run.
public struct Stretch: Sendable, Hashable {
  /// A fault that begins or ends with it.
  public struct Cause: Sendable, Hashable {
    /// Index into the scenario's faults.
    public var fault: Int
    public var isEnd: Bool

    public init(fault: Int, isEnd: Bool) {
      self.fault = fault
      self.isEnd = isEnd
    }
  }

  /// Empty for the stretch before any fault.
  public var causes: [Cause]
  public var from: Instant
  /// By group, by node: buckets that a node owned alone when the stretch ended.
  public var owned: [[Int]] = []
  /// By group, by node: buckets that a node's filter had then though no client got an answer from it.
  public var unreached: [[Int]] = []
  /// Buckets whose last only owner was then the one from before the first fault, and buckets with another.
  public var atHome = 0
  public var away = 0
  /// By stream, by node: packets accepted in the stretch, once measured.
  public var packets: [[Int]] = []
  /// By stream, by node: flows established in the stretch, once measured.
  public var flows: [[Int]] = []

  public init(causes: [Cause], from: Instant) {
    self.causes = causes
    self.from = from
  }
}

/// Gathers the stretches of a run. It does nothing between the instants.
struct StretchMeter: Sendable {
  /// A run with more stretches than this, the one before any fault not counted, keeps none.
  static let most = 64

  private var all = [Stretch(causes: [], from: .zero)]
  private var isOverfull = false
  /// By stretch: the loads when it began, by stream and node.
  private var loads: [[NodeLoad]] = []
  /// By bucket: the owner before the first fault; empty until then.
  private var home: [UInt8] = []

  /// A fault begins or ends: the stretch before ends now.
  mutating func edge(
    _ cause: Stretch.Cause, at now: Instant, _ ownership: OwnershipMeter, _ coverage: Coverage,
    loads: [NodeLoad]
  ) {
    if isOverfull { return }
    let last = all.count - 1
    if all[last].from == now, last > 0 || now == .zero {
      return all[last].causes.append(cause)
    }
    if all.count > StretchMeter.most {
      (isOverfull, all, self.loads, home) = (true, [], [], [])
      return
    }
    if home.isEmpty, ownership.formedAt != nil { home = ownership.lastOwner }
    close(ownership, coverage, loads)
    all.append(Stretch(causes: [cause], from: now))
  }

  /// The run ends.
  /// - Parameter before: the loads when measuring began.
  consuming func finish(
    _ ownership: OwnershipMeter, _ coverage: Coverage, loads now: [NodeLoad], before: [NodeLoad], streams: Int
  ) -> [Stretch] {
    if isOverfull { return [] }
    close(ownership, coverage, now)
    for i in all.indices where streams > 0 {
      let start = i > 0 ? loads[i - 1] : before
      let nodes = now.count / streams
      func carried(_ amount: (NodeLoad) -> Int) -> [[Int]] {
        (0..<streams).map { s in
          (s * nodes..<(s + 1) * nodes).map {
            max(0, amount(loads[i][$0]) - max(amount(start[$0]), amount(before[$0])))
          }
        }
      }
      (all[i].packets, all[i].flows) = (carried(\.packets), carried(\.flows))
    }
    return all
  }

  private mutating func close(_ ownership: OwnershipMeter, _ coverage: Coverage, _ now: [NodeLoad]) {
    let last = all.count - 1
    all[last].owned = (0..<ownership.offsets.count - 1).map { ownership.counts(of: GroupID($0)) }
    all[last].unreached = coverage.unreachedCounts(nodeCount: ownership.nodeCount)
    for (i, owner) in home.enumerated() where owner != 255 {
      if ownership.lastOwner[i] == owner { all[last].atHome += 1 } else { all[last].away += 1 }
    }
    loads.append(now)
  }
}
