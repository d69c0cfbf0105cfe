import Engine
import FarmFile
import Testing

@testable import Sim

/// What the tests against closed forms share: farms from the text of a scenario, many trials of one, and an eye on
/// a node's view.
enum OracleFarm {
  /// The level of every test of a law: at fixed seeds a p-value is the same in every run.
  static let level = 1e-3
  /// How many standard errors a mean or a count may lie beside its law.
  static let sigmas = 4.0

  static let seed: UInt64 = 0xfa12

  /// Reads a scenario as an operator would write it, after a farm that most of them need.
  /// - Parameters:
  ///   - farm: further lines of the `farm:` block, `heartbeat:` before all.
  ///   - rest: further blocks.
  static func scenario(
    nodes: Int, farm: String = "", buckets: Int = 16, policy: String = "preference", rest: String
  ) throws -> Scenario {
    let text = """
      farm:
        nodes: \(nodes)
        virtual_ip: 192.0.2.100
        groups: {web: {buckets: \(buckets), policy: \(policy)}}
        rules: [{port: 80}]
        \(farm.split(separator: "\n").joined(separator: "\n  "))
      \(rest)
      """
    return try Scenario.read(text: text, name: "oracle.yaml").get()
  }

  /// Plays trials 0 ..< `count` on two cores. - Returns: what `work` gives, in order of trial.
  static func trials<R: Sendable>(_ count: Int, _ work: @escaping @Sendable (Int) -> R) async -> [R] {
    await TrialRunner.inOrder(count: count, width: 2, isStopped: { false }, work: work)
  }

  /// Plays one trial and gives its result.
  static func result(_ scenario: Scenario, trial: Int = 0) -> TrialResult {
    Simulation.run(scenario, seed: seed, trial: trial, keepsDetails: false, control: RunControl())
  }

  static func value(_ result: TrialResult, _ measure: Measure) throws -> Double {
    let index = measure.index
    return try #require(result.values[index], "\(measure) was not measured")
  }

  /// The scenario with its fault `index` at a random instant, uniform within `window` after where it stands.
  static func shifted(_ scenario: Scenario, fault index: Int, within window: Duration, trial: Int) -> Scenario
  {
    var dice = RandomStream(seed: seed, trial: trial, entity: 0, purpose: .test)
    var scenario = scenario
    let shift = Duration(nanoseconds: Int64(Double(window.nanoseconds) * dice.uniform()))
    scenario.faults[index].at = scenario.faults[index].at + shift
    return scenario
  }

  /// When an observer's view lost a node or had it back.
  struct Sighting: Sendable {
    var at: Double
    var isSeen: Bool
  }

  /// Plays one trial and notes each change of whether `observer` counts `node` as a member, in seconds.
  static func sightings(of node: Int, by observer: Int, _ scenario: Scenario, trial: Int) -> [Sighting] {
    var world = World(scenario, seed: seed, trial: trial, keepsDetails: false)
    var seen: [Sighting] = []
    while world.step(before: .never) {
      let isSeen = world.nodes[observer - 1].view.members.contains(NodeID(node - 1))
      if isSeen != seen.last?.isSeen ?? false {
        seen.append(Sighting(at: Double(world.now.nanoseconds) * 1e-9, isSeen: isSeen))
      }
    }
    return seen
  }
}

extension Duration {
  var seconds: Double { Double(nanoseconds) / 1e9 }
}
