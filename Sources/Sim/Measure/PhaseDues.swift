/// The shares due to the nodes by weight and priority: at one instant, or on average over a phase of the run.
public struct PhaseDues: Sendable, Hashable {
  /// By stream, by node: the share of its packets.
  public private(set) var byStream: [[Double]]
  /// By group, by node: the share of its buckets.
  public private(set) var byGroup: [[Double]]
  /// By node: buckets, of all groups together.
  public private(set) var buckets: [Double]

  public init(byStream: [[Double]] = [], byGroup: [[Double]] = [], buckets: [Double] = []) {
    self.byStream = byStream
    self.byGroup = byGroup
    self.buckets = buckets
  }

  func scaled(by factor: Double) -> PhaseDues {
    func scaled(_ rows: [[Double]]) -> [[Double]] { rows.map { $0.map { $0 * factor } } }
    return PhaseDues(
      byStream: scaled(byStream), byGroup: scaled(byGroup), buckets: buckets.map { $0 * factor })
  }

  /// - Precondition: both have the same number of streams, groups and nodes.
  mutating func add(_ other: PhaseDues) {
    for s in byStream.indices {
      for n in byStream[s].indices { byStream[s][n] += other.byStream[s][n] }
    }
    for g in byGroup.indices {
      for n in byGroup[g].indices { byGroup[g][n] += other.byGroup[g][n] }
    }
    for n in buckets.indices { buckets[n] += other.buckets[n] }
  }

  /// Whether the two are equal but for rounding.
  func isSame(as other: PhaseDues) -> Bool {
    func isNear(_ a: [Double], _ b: [Double]) -> Bool {
      zip(a, b).allSatisfy { abs($0 - $1) <= 1e-9 * max(1, abs($0)) }
    }
    return isNear(buckets, other.buckets) && zip(byStream, other.byStream).allSatisfy { isNear($0, $1) }
      && zip(byGroup, other.byGroup).allSatisfy { isNear($0, $1) }
  }
}
