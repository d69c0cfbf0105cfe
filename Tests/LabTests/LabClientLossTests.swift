import Engine
import FarmFile
import Sim
import TestSupport
import Testing

@testable import Lab

/// Real clients lose what simulated ones lose, and the comparison shows it if they do not.
@Suite(.needsRealFarm, .serialized)
struct LabClientLossTests {
  private static func text(_ fault: String) -> String {
    """
    farm:
      nodes: 3
      virtual_ip: 192.0.2.100
      profile: fast
      groups: {web: {buckets: 64}}
      rules: [{protocol: udp, port: 53, identity: address_port}]
    networks: {lan: {}, backup: {carries: heartbeat}}
    traffic: [{arrivals: 200/s, clients: 500}]
    faults: [{at: 10 s, for: 8 s, \(fault)}]
    run: {duration: 25 s}
    """
  }

  private func plan(_ text: String) throws -> LabPlan {
    LabPlan(try Scenario.read(text: text, name: "loss").get(), repeats: 1)
  }

  private func simulated(_ plan: LabPlan) async -> [TrialResult] {
    await TrialRunner.run(
      plan.scenario, seed: 1, trials: 8, width: 2, keepsDetails: false, control: RunControl())
  }

  private func real(_ plan: LabPlan, _ text: String) throws -> [TrialResult] {
    let programs = LabPrograms(farmd: Proof.farmd, server: BuiltProgram.farmsim.path)
    let outcome = try LabPlayer(plan, text: text, file: "loss.yaml", programs: programs)
      .play(control: RunControl())
    let failure = outcome.failure?.description ?? ""
    try #require(failure == "")
    return outcome.trials(of: plan.scenario)
  }

  /// A node whose service card is deaf, played for real, is compared with the simulator's deaf node and with one that
  /// only loses heartbeats. Only the first is the same to clients.
  @Test func theVerdictOnADeafCardDependsOnWhatClientsLose() async throws {
    let deaf = Self.text("loss: {network: lan, downlink: 100 %, receivers: node2}")
    let plan = try plan(deaf)
    let real = try real(plan, deaf)
    let same = Comparison(plan.scenario, simulated: await simulated(plan), real: real)
    let lost = try #require(same[.packetsLost])
    #expect(lost.verdict?.agrees == true, "\(lost.simulatedValues) \(lost.realValues)")
    #expect(lost.realValues.allSatisfy { $0 > 5 })
    let spared = try self.plan(Self.text("one_way_cut: {from: [node1, node3], to: node2, network: lan}"))
    let other = Comparison(plan.scenario, simulated: await simulated(spared), real: real)
    #expect(other[.packetsLost]?.verdict?.agrees == false && !other.agrees)
  }

  /// A firewall that drops heartbeats drops no packet of a client, and causes as many doubles as in the simulator.
  @Test func aFirewallAgainstHeartbeatsDoesTheSameForReal() async throws {
    let text = Self.text("block_heartbeats: {node: node2, direction: both}")
    let plan = try plan(text)
    let real = try real(plan, text)
    let comparison = Comparison(
      plan.scenario, simulated: await simulated(plan), real: real)
    for name in [Measure.packetsLost, .doubleOwnerTimeLongest] {
      let measure = try #require(comparison[name])
      #expect(measure.verdict?.agrees == true, "\(name): \(measure.simulatedValues) \(measure.realValues)")
    }
  }
}
