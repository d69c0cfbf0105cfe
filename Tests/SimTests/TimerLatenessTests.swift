import Engine
import Testing

@testable import Sim

/// Timers of daemons that fire late.
@Suite struct TimerLatenessTests {
  private func scenario(_ timer: DelayModel) -> Scenario {
    var scenario = WorldTests.scenario(
      nodes: 4, faults: [Fault(at: .seconds(6), kind: .crash(NodeSet(NodeID(1))))], seconds: 8)
    scenario.kernel.timer = timer
    return scenario
  }

  private func play(_ timer: DelayModel, seed: UInt64) -> TrialResult {
    Simulation.run(scenario(timer), seed: seed, trial: 0, keepsDetails: false, control: RunControl())
  }

  @Test func detectionIsLateByTheLateness() throws {
    let late = Duration.milliseconds(30)
    var sum: Int64 = 0
    for seed in 1...40 as ClosedRange<UInt64> {
      let punctual = try #require(play(.constant(.zero), seed: seed).rebalances[0].detection)
      let delayed = try #require(play(.constant(late), seed: seed).rebalances[0].detection)
      // A heartbeat that is late may be sent just before the crash or no more: then up to T is between them.
      #expect(delayed >= .milliseconds(449) && delayed - punctual < late + .milliseconds(101))
      sum += (delayed - punctual).nanoseconds
    }
    let mean = Duration(nanoseconds: sum / 40)
    // The first of three nodes to notice: now and then one of them wakes for a late heartbeat and looks around.
    #expect(mean > .milliseconds(10) && mean < .milliseconds(45))
  }

  @Test func anOrdinaryLatenessHarmsNothing() throws {
    let result = play(.lognormal(median: .milliseconds(1), sigma: 1), seed: 3)
    let doubles = Measure.doubleOwnerTimeTotal.index
    #expect(result.values[doubles] == 0)
  }

  /// The draws come from a stream of their own: when they are all 0, everything is as without them.
  @Test(arguments: 1...3) func otherDrawsStayAsTheyAre(seed: UInt64) {
    let none = play(.constant(.zero), seed: seed)
    #expect(play(.uniform(.zero, .zero), seed: seed).digest == none.digest)
    #expect(play(.uniform(.zero, .milliseconds(1)), seed: seed).digest != none.digest)
  }
}
