/// What an interruption left of a run: trials that did not come to their end, and trials that never began.
struct Interruption {
  /// How many trials were to be played.
  let asked: Int
  let unfinished: Int

  /// - Parameters:
  ///   - scenario: says how many trials were to be played.
  ///   - trials: those that were played, at least in part.
  init(_ scenario: Scenario, _ trials: [TrialResult]) {
    asked = max(scenario.run.trials, trials.count)
    unfinished = asked - trials.filter { !$0.isPartial }.count
  }

  var isPartial: Bool { unfinished > 0 }

  /// As text and reports say it; without a full stop.
  var words: String {
    "\(Readable.count(unfinished)) of \(Readable.count(asked, "trial")) did not come to the end"
  }
}
