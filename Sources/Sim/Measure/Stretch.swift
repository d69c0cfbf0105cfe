import Engine

/// What nodes owned and carried between two instants at which faults begin or end, the start and the end of the run
/// included.
public struct Stretch: Sendable, Hashable {
  /// What begins or ends with it; nothing for the one before any fault.
  public struct Cause: Sendable, Hashable {
    /// Index into the scenario's faults.
    public var fault: Int
    public var isEnd: Bool

    public init(fault: Int, isEnd: Bool) {
      self.fault = fault
      self.isEnd = isEnd
    }
  }

  public var causes: [Cause]
  public var from: Instant
  /// By group, by node: buckets that a node owned alone when it ended.
  public var owned: [[Int]] = []
  /// The same of buckets that a node's filter accepted without any client reaching it.
  public var unreached: [[Int]] = []
  /// Buckets whose last only owner was, when it ended, the one that they had before the first fault, and the others.
  public var atHome = 0
  public var away = 0
  /// By stream, by node: packets accepted in it, once measured.
  public var packets: [[Int]] = []
  /// The same of flows established.
  public var flows: [[Int]] = []

  public init(causes: [Cause], from: Instant) {
    self.causes = causes
    self.from = from
  }
}

/// Gathers the stretches of a run: nothing is done between the instants.
struct StretchMeter: Sendable {
  /// Of more nobody is told; then none is kept.
  static let most = 64

  private var all = [Stretch(causes: [], from: .zero)]
  private var isOverfull = false
  /// By stretch: the loads when it began, by stream and node.
  private var loads: [[NodeLoad]] = []
  /// By bucket: the owner before the first fault; empty until then.
  private var home: [UInt8] = []

  /// A fault begins or ends: what the farm did until now belongs to the stretch before.
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
