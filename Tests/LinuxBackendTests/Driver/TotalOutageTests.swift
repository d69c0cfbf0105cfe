import Engine
import FarmFile
import Testing

/// Holes are counted whoever is left to see them, and by nobody who cannot know.
@Suite struct TotalOutageTests {
  static let all = GroupID(0)

  /// Three nodes that share 12 buckets.
  static func farm(_ change: (inout Settings) -> Void = { _ in }) -> WatchedFarm {
    var settings = Settings(nodeCount: 3, groups: [GroupSettings(bucketCount: 12)])
    change(&settings)
    var farm = WatchedFarm(settings)
    farm.run(for: .seconds(5))
    for node in farm.nodes { #expect(node.owned(all).count > 0) }
    return farm
  }

  /// The bucket-seconds of holes that a node has counted since an earlier count.
  static func growth(_ farm: WatchedFarm, _ node: Int, since before: SeenClaims) -> Double {
    Double(farm.seen(by: node).holes.nanoseconds - before.holes.nanoseconds) * 1e-9
  }

  @Test func withEveryApplicationDownEachNodeCountsEveryBucket() {
    var farm = Self.farm()
    let before = (0..<3).map { farm.seen(by: $0) }
    for node in 0..<3 { farm.give(.health(isHealthy: false), to: node) }
    farm.run(for: .seconds(10))
    for node in 0..<3 {
      #expect(farm.nodes[node].status == .standby && farm.nodes[node].knowsClaims)
      let grown = Self.growth(farm, node, since: before[node])
      #expect(grown > 119.9 && grown < 120.1, "\(grown) bucket-seconds")
      let seen = farm.seen(by: node).holes
      #expect(seen.count - before[node].holes.count == 12 && seen.lastNanoseconds == farm.now.nanoseconds)
      #expect(seen.longestNanoseconds > 9_900_000_000)
    }
    for node in 0..<3 { farm.give(.health(isHealthy: true), to: node) }
    farm.run(for: .seconds(5))
    for node in 0..<3 {
      let grown = Self.growth(farm, node, since: before[node])
      #expect(grown > 120 && grown < 128, "\(grown) bucket-seconds")
      #expect(farm.nodes[node].standing.groups[0].holes == 0)
      #expect(farm.seen(by: node).doubles == before[node].doubles)
      #expect(Instant(nanoseconds: farm.seen(by: node).holes.lastNanoseconds!) < farm.now - .seconds(3))
    }
  }

  @Test func nodesInStandbySeeTheOnlyOneThatServesFail() {
    var farm = Self.farm()
    for node in 0..<2 { farm.give(.health(isHealthy: false), to: node) }
    farm.run(for: .seconds(2))
    #expect(farm.nodes[2].owned(Self.all).count == 12)
    let before = (0..<3).map { farm.seen(by: $0) }
    farm.runs[2] = false
    farm.run(for: .seconds(10))
    for node in 0..<2 {
      let grown = Self.growth(farm, node, since: before[node])
      #expect(grown > 118 && grown < 121, "\(grown) bucket-seconds")
    }
  }

  @Test func theLastNodeCountsWhereSilenceMeansThatTheOthersAreGone() {
    var farm = Self.farm()
    for node in 1..<3 { farm.runs[node] = false }
    farm.run(for: .seconds(3))
    #expect(farm.nodes[0].owned(Self.all).count == 12)
    let before = farm.seen(by: 0)
    farm.give(.health(isHealthy: false), to: 0)
    farm.run(for: .seconds(10))
    #expect(farm.nodes[0].status == .standby)
    let grown = Self.growth(farm, 0, since: before)
    #expect(grown > 119.9 && grown < 120.1, "\(grown) bucket-seconds")
  }

  /// Cut off from the majority, or from the witness.
  @Test func aNodeInStandbyThatIsCutOffCountsNothing() {
    for alone in [AlonePolicy.quorum, .witness] {
      var farm = Self.farm { $0.life.alone = alone }
      farm.give(.health(isHealthy: false), to: 0)
      farm.run(for: .seconds(2))
      let before = farm.seen(by: 0)
      farm.give(.gateway(isReachable: false), to: 0)
      farm.cut = [NodeSet(bits: 0b110), NodeSet(bits: 0b001), NodeSet(bits: 0b001)]
      farm.run(for: .seconds(5))
      #expect(!farm.nodes[0].knowsClaims && farm.nodes[1].knowsClaims)
      // The buckets that the others had when this node last heard them may have changed hands up to the time-out ago.
      #expect(farm.seen(by: 0).holes.nanoseconds == before.holes.nanoseconds, "\(alone)")
      #expect(farm.nodes[1].owned(Self.all).count + farm.nodes[2].owned(Self.all).count == 12)
      farm.cut = [.empty, .empty, .empty]
      farm.run(for: .seconds(3))
      #expect(farm.nodes[0].knowsClaims)
      #expect(farm.seen(by: 0).holes.nanoseconds == before.holes.nanoseconds, "\(alone)")
    }
  }

  /// The majority counts under the policy quorum.
  @Test func anIsolatedNodeHearsWhatOthersTakeAndAMajorityInStandbyCounts() {
    var farm = Self.farm { $0.life.alone = .quorum }
    // No node hears node1, and it hears all.
    farm.cut[0] = NodeSet(bits: 0b110)
    farm.run(for: .seconds(3))
    #expect(farm.nodes[0].status == .fenced && farm.nodes[0].knowsClaims)
    let before = (0..<3).map { farm.seen(by: $0) }
    for node in 1..<3 { farm.give(.health(isHealthy: false), to: node) }
    farm.run(for: .seconds(10))
    for node in 0..<3 {
      let grown = Self.growth(farm, node, since: before[node])
      #expect(grown > 119.9 && grown < 120.1, "node \(node + 1): \(grown) bucket-seconds")
    }
  }

  @Test func applicationsThatNeverComeUpAreAnOutageOnceTheyHadTheirTime() {
    var settings = Settings(nodeCount: 3, groups: [GroupSettings(bucketCount: 12)])
    settings.life.flapPenalty = 0
    var farm = WatchedFarm(settings)
    for node in 0..<3 { farm.give(.health(isHealthy: false), to: node) }
    farm.run(for: .seconds(20))
    for node in 0..<3 {
      let seen = farm.seen(by: node).holes
      let seconds = Double(seen.nanoseconds) * 1e-9
      // Listening, joining and the time-out after that.
      #expect(seen.count == 12 && seconds > 12 * 17 && seconds < 12 * 19.2, "\(seconds) bucket-seconds")
    }
  }

  @Test func aNodeThatComesIntoAnOutageCountsItAndOneThatListensDoesNot() {
    var farm = Self.farm()
    farm.give(.command(.stop), to: 0)
    for node in 1..<3 { farm.give(.health(isHealthy: false), to: node) }
    farm.run(for: .seconds(1))
    let before = farm.seen(by: 0).holes.nanoseconds
    farm.give(.health(isHealthy: false), to: 0)
    farm.give(.start(Start(incarnation: Incarnation(2), bootID: BootID(9))), to: 0)
    farm.give(.health(isHealthy: false), to: 0, after: .milliseconds(1))
    farm.run(for: .milliseconds(90))
    #expect(farm.nodes[0].status == .listening && !farm.nodes[0].knowsClaims)
    #expect(farm.seen(by: 0).holes.nanoseconds == before)
    farm.run(for: .seconds(10))
    #expect(farm.nodes[0].status == .standby)
    let seconds = Double(farm.seen(by: 0).holes.nanoseconds - before) * 1e-9
    #expect(seconds > 12 * 7 && seconds < 12 * 10, "\(seconds) bucket-seconds")
  }
}
