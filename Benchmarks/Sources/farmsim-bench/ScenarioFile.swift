import Engine
import FarmFile
import Sim

/// One trial of a scenario file, with everything that a report needs kept.
func scenario(path: String) {
  switch Scenario.read(path: path) {
  case .failure(let found):
    fail(found.problems.map { "\($0)" }.joined(separator: "\n"))
  case .success(let scenario):
    let (result, time) = play(scenario)
    let simulated = Double(result.end.nanoseconds) * 1e-9
    print(
      "farmsim scenario \(scenario.name) \(text(simulated, digits: 0)) simulated s \(text(time, digits: 3)) s "
        + "\(text(simulated / time, digits: 0)) sim-s/s digest=\(result.digest.rawValue)")
  }
}

/// Plays the first trial. - Returns: what it found and the seconds it took.
func play(_ scenario: Scenario) -> (TrialResult, Double) {
  var result: TrialResult?
  let time = seconds {
    result = Simulation.run(
      scenario, seed: scenario.run.seed, trial: 0, keepsDetails: true, control: RunControl())
  }
  guard let result else { fail("the trial gave nothing") }
  return (result, time)
}

extension TrialResult {
  /// A measure by name, 0 if there was nothing to measure.
  func value(_ name: String) -> Double {
    guard let measure = Measure(rawValue: name) else { fail("no measure is called \(name)") }
    return self[measure]?.value ?? 0
  }
}
