import Engine
import FarmFile
import Sim

/// A scenario as a lab plays it: the scenario for both sides, and what was changed for it.
///
/// Real time cannot be skipped, and two cores carry less than a farm does. So waits that show nothing are shortened and
/// traffic is scaled. The simulator plays the same changed scenario, so that both sides can be compared. One trial of
/// it is one cycle: the farm is whole, the faults happen, the farm is whole again. The lab repeats the cycle.
public struct LabPlan: Sendable {
  /// The scenario for both sides. Faults may be shifted in each repeat: see ``scenario(of:)``.
  public internal(set) var scenario: Scenario
  public let repeats: Int
  /// How long the farm is left alone after an act, unless the scenario waits for less.
  public let settle: Duration
  /// Differences from the scenario as written, and their reasons, one sentence each.
  public internal(set) var notes: [String] = []
  /// Why the scenario cannot be played for real, one sentence each; empty if it can.
  public internal(set) var refusals: [String] = []
  /// The same changes for the daemons' files.
  public internal(set) var overrides: [Override] = []
  /// Rules that the scenario does not have, for probes: one for each group without a UDP rule.
  public internal(set) var probeRules: [FilterRule] = []

  public init(_ scenario: Scenario, repeats: Int) {
    precondition(repeats >= 1, "a lab plays at least once")
    self.scenario = scenario.drawn(seed: scenario.run.seed, trial: 0)
    self.repeats = repeats
    settle = LabPlan.settleTime(scenario.farm.settings.heartbeat)
    let written = scenario.run.duration
    if scenario.series.contains(where: \.isDrawn) {
      notes.append("Every repeat plays the faults of the simulator's trial 0 with seed \(scenario.run.seed).")
    }
    refuse()
    adaptNetworks()
    holdNothingDown()
    returnToStart()
    shorten(from: written)
    scatterFaults()
    scaleTraffic()
    addProbeRules()
    self.scenario.run.trials = repeats
  }

  /// `max(2 s, 3 tau + 10 T)`: in this time a node that failed is detected, comes back and has its share again.
  static func settleTime(_ heartbeat: HeartbeatSettings) -> Duration {
    max(.seconds(2), 3 * heartbeat.timeout + 10 * heartbeat.interval)
  }

  /// The length of one cycle, including the clients' warm-up.
  public var cycle: Duration { scenario.run.duration }

  /// Turns flap hold-down off: a node that fails in every repeat would be held down, and later repeats would differ
  /// from the first.
  private mutating func holdNothingDown() {
    guard repeats > 1, scenario.farm.settings.life.flapPenalty > 0 else { return }
    scenario.farm.settings.life.flapPenalty = 0
    overrides.append(Override(path: "farm.flap", value: "off"))
    notes.append("Flap hold-down is off, since the faults are repeated: it would hold the node down.")
  }

  /// Gives every group a UDP rule with the same identity, so that single packets can ask who owns a bucket.
  private mutating func addProbeRules() {
    let settings = scenario.farm.settings
    for group in settings.groups.indices {
      let id = GroupID(group)
      if settings.rules.contains(where: { $0.transport == .udp && $0.group == id }) { continue }
      guard let identity = settings.rules.first(where: { $0.group == id })?.identity else { continue }
      let taken = (settings.rules + probeRules).filter { $0.transport == .udp }.flatMap(\.ports)
      let port = (UInt16(5399)...5999).first { port in
        !taken.contains { $0.first <= port && port <= $0.last }
      }
      guard let port, settings.rules.count + probeRules.count < Limits.maximumRules else { continue }
      probeRules.append(
        FilterRule(transport: .udp, ports: [PortRange(port, port)], group: id, identity: identity))
    }
    guard !probeRules.isEmpty else { return }
    scenario.farm.settings.rules += probeRules
    scenario.farm.rules += probeRules.map { "udp/\($0.ports[0].first)" }
    let ports = probeRules.map { "\($0.ports[0].first)" }.joined(separator: ", ")
    notes.append("Rules for UDP port \(ports) are added, by which probes ask who owns a bucket.")
  }

  /// Leaves out what nft cannot do. Delays are those of this machine.
  private mutating func adaptNetworks() {
    for i in scenario.networks.indices {
      let name = scenario.networks[i].name
      if scenario.networks[i].duplication > 0 || scenario.networks[i].reordering > 0 {
        scenario.networks[i].duplication = 0
        scenario.networks[i].reordering = 0
        notes.append("Network \(name): frames are neither doubled nor reordered, which cannot be done here.")
      }
      if scenario.networks[i].links.contains(where: { $0.delay != nil }) {
        for l in scenario.networks[i].links.indices { scenario.networks[i].links[l].delay = nil }
        notes.append("Network \(name): links have no delays of their own, which cannot be done here.")
      }
    }
    notes.append("Frames take the time that this machine needs; the simulator's take the scenario's delay.")
  }
}

extension Duration {
  /// `2.65 s`, `20 s`.
  var words: String {
    let milliseconds = (nanoseconds + 500_000) / 1_000_000
    if milliseconds % 1000 == 0 { return "\(milliseconds / 1000) s" }
    return milliseconds < 1000 ? "\(milliseconds) ms" : "\(Double(milliseconds) / 1000) s"
  }
}
