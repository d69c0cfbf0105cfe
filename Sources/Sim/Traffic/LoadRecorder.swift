import Engine

/// Packets of each node by bins of time, taken from running counts at the edges of the bins, so it costs a packet
/// nothing.
struct LoadRecorder: Sendable {
  let binWidth: UInt64
  /// When the bin under way ends; `max` if no bins are kept.
  private(set) var edge: UInt64
  private var accepted: [[Int]]
  private var lost: [Int] = []
  private var twice: [Int] = []
  private var unserved: [Int] = []
  private var before: [NodeLoad]
  private var lostBefore = 0
  private var twiceBefore = 0
  private var unservedBefore = 0

  /// About 200 bins of a round width for a run; none unless details are kept.
  init(nodeCount: Int, duration: Duration, keepsDetails: Bool) {
    binWidth = LoadRecorder.width(for: UInt64(max(1, duration.nanoseconds)))
    edge = keepsDetails ? binWidth : .max
    accepted = [[Int]](repeating: [], count: keepsDetails ? nodeCount : 0)
    before = [NodeLoad](repeating: NodeLoad(), count: nodeCount)
  }

  /// The smallest of 1, 2 and 5 times a power of ten nanoseconds that needs at most 250 bins.
  static func width(for duration: UInt64) -> UInt64 {
    var power: UInt64 = 1
    while true {
      for factor: UInt64 in [1, 2, 5] where duration / (factor * power) < 250 { return factor * power }
      power *= 10
    }
  }

  /// Ends the bin under way.
  /// - Parameter counts: of all streams together.
  mutating func close(_ loads: [NodeLoad], _ counts: TrafficCounts) {
    for n in accepted.indices {
      accepted[n].append(loads[n].packets - before[n].packets)
      before[n] = loads[n]
    }
    lost.append(counts.lost - lostBefore)
    twice.append(counts.twice - twiceBefore)
    unserved.append(counts.unserved - unservedBefore)
    (lostBefore, twiceBefore, unservedBefore) = (counts.lost, counts.twice, counts.unserved)
    edge += binWidth
  }

  var timeline: LoadTimeline {
    LoadTimeline(
      binWidth: Duration(nanoseconds: Int64(binWidth)), accepted: accepted, lost: lost, twice: twice,
      unserved: unserved)
  }
}
