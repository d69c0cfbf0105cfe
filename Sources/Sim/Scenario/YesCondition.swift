import FarmFile

/// When a question that can be answered with one word is answered with *yes*, or with *no*: the word stands first in the
/// answer.
///
/// Nobody but the author of a question knows which of its two answers a measure means: "can I" asks for nothing to be lost,
/// "does it fail" for something.
public struct YesCondition: Sendable, Hashable {
  public enum Word: String, Sendable, Hashable {
    case yes, no
    /// Neither: the run ended too early, or nobody measured it.
    case undecided

    var opposite: Word {
      switch self {
      case .yes: .no
      case .no: .yes
      case .undecided: .undecided
      }
    }
  }

  /// The word if all of ``bounds`` hold; the other one if one of them does not.
  public var word: Word
  public var bounds: [Expectation]

  public init(_ word: Word, if bounds: [Expectation]) {
    self.word = word
    self.bounds = bounds
  }

  /// What nodes know and filters do not show: a farm that is only watched has no value of it, and that is not zero.
  private static let knownToNodes = ["view_changes", "false_removals"]

  /// What a trial answers.
  func answer(_ trial: TrialResult) -> Word {
    if trial.formedAt == nil { return .undecided }
    var isOpen = false
    for bound in bounds {
      if trial[bound.measure.name] == nil, YesCondition.knownToNodes.contains(bound.measure.name) {
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

  /// What all trials answer; `nil` if they differ.
  func word(of trials: [TrialResult]) -> Word? {
    let words = Set(trials.map(answer))
    return words.count == 1 ? words.first : nil
  }

  /// `No: `, or how many of several trials say what.
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
  /// `yes_if:` or `no_if:`, of which there is one at most.
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
