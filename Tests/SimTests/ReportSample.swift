import Engine
import FarmFile

@testable import Sim

/// A run as the simulator would describe it, small enough to know every figure by heart: four nodes, 1024
/// buckets, node2 (id 1) loses power at 20 s and comes back at 60 s.
struct ReportSample {
  var nodes = 4
  var buckets = 1024
  /// How long the orphaned buckets have no owner.
  var hole = Duration.milliseconds(517)
  /// How long a few buckets have two owners when the node comes back; zero: none.
  var double = Duration.zero

  static let environment = ReportEnvironment(
    words: ["farmsim", "run", "Scenarios/crash.yaml", "--report", "Reports/crash"], version: "0.1.0",
    platform: "Linux x86_64, glibc 2.36")

  var scenario: Scenario {
    let names = (1...nodes).map { "node\($0)" }
    return Scenario(
      name: "crash", question: "What happens to my clients when one of four nodes loses power?",
      description: "One of four nodes loses power under load and comes back 40 s later.",
      farm: Farm(
        nodes: names, virtualIPs: [IPAddress(v4: 0xc000_0264)], groups: ["web"], networks: ["lan"],
        settings: Settings(nodeCount: nodes, groups: [GroupSettings(bucketCount: buckets)])),
      networks: [NetworkModel(name: "lan")], kernel: KernelModel(), traffic: [],
      faults: [
        Fault(at: .seconds(20), kind: .crash(NodeSet(NodeID(1)))),
        Fault(at: .seconds(60), kind: .restart(NodeSet(NodeID(1)))),
      ],
      run: RunPlan(duration: .seconds(100)),
      expectations: [
        expectation(.rebalanceTimeMax, .lessOrEqual, 0.56, "<= 560 ms"),
        expectation(.doubleOwnerTimeTotal, .equal, 0, "== 0 s"),
        expectation(.flowsBrokenOutsideFailedNodes, .equal, 0, "== 0"),
      ])
  }

  func expectation(
    _ measure: Measure, _ comparison: Sim.Expectation.Comparison, _ bound: Double, _ text: String
  ) -> Sim.Expectation {
    Sim.Expectation(measure: measure, comparison: comparison, bound: bound, text: text)
  }

  /// Where bucket `b` lives with every node up, and with node2 down: scattered, as tables do it.
  func home(_ b: Int) -> Int { Int((UInt64(b) &* 0x9e37_79b9_7f4a_7c15) >> 40) % nodes }
  func refuge(_ b: Int) -> Int {
    let home = home(b)
    return home == 1 ? [0, 2, 3][Int((UInt64(b) &* 0xd1b5_4a32_d192_ed03) >> 40) % 3] : home
  }

  var ownership: OwnershipTimeline {
    var changes: [OwnershipChange] = []
    func set(_ bucket: Int, _ ns: Int64, _ owners: NodeSet) {
      changes.append(
        OwnershipChange(at: Instant(nanoseconds: UInt64(ns)), bucket: Bucket(bucket), owners: owners))
    }
    for b in 0..<buckets {
      let home = NodeSet(NodeID(home(b)))
      set(b, 1_300_000_000 + Int64(self.home(b)) * 20_000_000, home)
      guard self.home(b) == 1 else { continue }
      let refuge = NodeSet(NodeID(refuge(b)))
      set(b, 20_000_000_000, .empty)
      // Each survivor commits at a time of its own; the last one makes the full time.
      set(b, 20_000_000_000 + hole.nanoseconds - Int64(3 - self.refuge(b)) * 2_000_000, refuge)
      let back = 61_400_000_000 + Int64(self.refuge(b)) * 9_000_000
      if double > .zero, b % 8 == 0 {
        set(b, back, refuge.union(home))
        set(b, back + double.nanoseconds, home)
      } else {
        set(b, back, .empty)
        set(b, back + 600_000, home)
      }
    }
    changes.sort { ($0.at, $0.bucket) < ($1.at, $1.bucket) }
    return OwnershipTimeline(group: GroupID(0), bucketCount: buckets, changes: changes)
  }

  var load: LoadTimeline {
    var accepted = Array(repeating: [Int](repeating: 0, count: 200), count: nodes)
    var lost = [Int](repeating: 0, count: 200)
    for bin in 3..<200 {
      let isDown = bin >= 40 && bin < 123
      let wave = (bin * 37) % 23
      for node in 0..<nodes {
        accepted[node][bin] = node == 1 && isDown ? 0 : (isDown ? 1333 : 1000) + wave * (node + 1)
      }
      if bin == 40 { lost[bin] = 990 }
      if bin == 41 { lost[bin] = 33 }
    }
    return LoadTimeline(
      binWidth: .milliseconds(500), accepted: accepted, lost: lost, twice: [Int](repeating: 0, count: 200))
  }

  func values(_ rebalance: Double) -> [Double?] {
    var values = [Double?](repeating: nil, count: Measure.allCases.count)
    let known: [Measure: Double] = [
      .rebalanceTimeMax: rebalance, .rebalanceTimeMean: rebalance, .holeTimeLongest: rebalance,
      .rebalanceTimeDetectionMax: rebalance - 0.0015, .rebalanceTimeCommitMax: 0.0006,
      .holeTimeTotal: 132.5, .doubleOwnerTimeTotal: double.seconds * 32,
      .doubleOwnerTimeLongest: double.seconds, .flowsOpened: 180_123, .flowsKept: 168_919,
      .flowsBroken: 11_204, .flowsBrokenOutsideFailedNodes: 0, .flowsReset: 0,
      .flowsLostWithFailedNodes: 11_204, .flowsLostElsewhere: 0, .connectsBegun: 170_000,
      .bucketsMoved: 512,
      .bucketsMovedMinimum: 512, .packetsSent: 812_345, .packetsLost: 1023, .packetsTwice: 0,
      .clientOutageMax: 1.02, .clientOutageMean: 1.004, .viewChanges: 7, .falseRemovals: 0,
      .skewPacketsJain: 0.99871, .skewPacketsMaxOverMean: 1.0423, .heartbeatRateMax: 12,
    ]
    for (measure, value) in known { values[measure.index] = value }
    return values
  }

  var result: TrialResult {
    let times = (detection: hole - .microseconds(1500), decision: Duration.microseconds(900))
    return TrialResult(
      seed: 1, trial: 0, digest: Digest(rawValue: 0x0123_4567_89ab_cdef), end: Instant.zero + .seconds(100),
      isPartial: false, values: values(hole.seconds),
      rebalances: [
        Rebalance(
          fault: 0, isEnd: false, at: Instant.zero + .seconds(20), detection: times.detection,
          decision: times.decision, commit: .microseconds(600), firstPacket: .microseconds(310), total: hole,
          bucketsMoved: 256, bucketsMovedMinimum: 256),
        Rebalance(
          fault: 1, isEnd: false, at: Instant.zero + .seconds(60), detection: .milliseconds(1390),
          decision: .milliseconds(10), commit: .milliseconds(27), firstPacket: .microseconds(120),
          total: .milliseconds(1428), bucketsMoved: 256, bucketsMovedMinimum: 256),
      ],
      ownership: [ownership], load: load,
      timeline: [
        TimelineEntry(at: .zero + .seconds(20), node: NodeID(1), kind: .fault, text: "lost power"),
        TimelineEntry(
          at: .zero + .milliseconds(20_515), node: NodeID(0), kind: .view, text: "removed node2 from its view"
        ),
        TimelineEntry(
          at: .zero + .milliseconds(20_517), node: nil, kind: .ownership, text: "every bucket has one owner"),
        TimelineEntry(at: .zero + .seconds(60), node: NodeID(1), kind: .fault, text: "came back"),
      ],
      skew: SkewRow.Phase.allCases.flatMap { phase in
        SkewRow.Load.allCases.map { load in
          SkewRow(
            phase: phase, load: load, maxOverMean: 1.023, variation: 0.0157, jain: 0.99975)
        }
      })
  }

  /// Trials whose rebalance times are 500 ms, 501 ms, ...
  func trials(_ count: Int) -> [TrialResult] {
    (0..<count).map { trial in
      var result = result
      result.trial = trial
      result.values = values(trial == 0 ? hole.seconds : 0.5 + Double((trial * 37) % count) * 0.001)
      if trial > 0 {
        (result.ownership, result.timeline, result.skew) = ([], [], [])
        result.rebalances[0].total = .milliseconds(500 + (trial * 37) % count)
      }
      return result
    }
  }
}
