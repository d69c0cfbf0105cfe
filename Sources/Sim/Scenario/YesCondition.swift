import FarmFile

/// When a question is answered with *yes* and when with *no*. That word comes first in the answer.
///
/// Only the author of a question knows which of its answers a measure means: "can I" asks that nothing is lost, "does
/// it fail" that something is.
public struct YesCondition: Sendable, Hashable {
  public enum Word: String, Sendable, Hashable {
    case yes, no
    /// Neither: the run ended too early, or did not measure it.
    case undecided

    var opposite: Word {
      switch self {
      case .yes: .no
      case .no: .yes
      case .undecided: .undecided
      }
    }
  }

  /// The answer if all of ``bounds`` hold; if one of them does not, the answer is the opposite.
  public var word: Word
  public var bounds: [Expectation]

  public init(_ word: Word, if bounds: [Expectation]) {
    self.word = word
    self.bounds = bounds
  }

  /// Measures that nodes know and filters do not show. A farm that is only watched has no value for them, which does
  /// not mean zero.
  private static let knownToNodes: [Measure] = [.viewChanges, .falseRemovals]

  /// The answer of one trial.
  func answer(_ trial: TrialResult) -> Word {
    if trial.formedAt == nil { return .undecided }
    var isOpen = false
    for bound in bounds {
      if trial[bound.measure] == nil, YesCondition.knownToNodes.contains(bound.measure) {
        isOpen = true
        continue
      }
      switch ExpectationVerdict(bound, in: [trial]).outcome {
      case .fails: return word.opposite
      case .undecided: isOpen = true
      case .holds: break
      }
    }
    return isOpen ? .undecided : word
  }

  /// The common answer of all trials; `nil` if they differ.
  func word(of trials: [TrialResult]) -> Word? {
    let words = Set(trials.map(answer))
    return words.count == 1 ? words.first : nil
  }

  /// `No: `, or how many of several trials give which answer.
  func opening(_ trials: [TrialResult]) -> String {
    let words = trials.map(answer)
    let counts = [Word.yes, .no, .undecided].map { word in (word, words.count { $0 == word }) }
      .filter { $0.1 > 0 }
    if let only = counts.first, counts.count == 1 {
      switch only.0 {
      case .yes: return "yes: "
      case .no: return "no: "
      case .undecided: return "not decided when the run ended: "
      }
    }
    let parts = counts.map {
      "in \(Readable.count($0.1)) \($0.0 == .undecided ? "not decided" : $0.0.rawValue)"
    }
    return "of \(Readable.count(trials.count, "trial")), \(PlainText.list(parts)): "
  }
}

extension Scenario {
  /// Reads `yes_if:` or `no_if:`. A file may have only one of them.
  static func yesCondition(yes: YAMLReader?, no: YAMLReader?) -> YesCondition? {
    if yes != nil, let no {
      no.report("both 'yes_if' and 'no_if'", expected: "one of them")
      return nil
    }
    guard let written = yes ?? no else { return nil }
    let bounds = Expectation.all(written)
    if case .mapping(let entries) = written.node.content, entries.isEmpty {
      written.report("no comparison", expected: "at least one, such as 'flows_broken: == 0'")
    }
    return YesCondition(yes == nil ? .no : .yes, if: bounds)
  }
}
