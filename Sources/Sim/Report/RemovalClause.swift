import FarmFile

/// Whether nodes were removed that were alive, and whether any node's view of the farm changed.
struct RemovalClause {
  let told: ToldTrial

  private func isAsked(_ measure: Measure) -> Bool {
    told.scenario.yesCondition?.bounds.contains { $0.measure == measure } == true
  }

  /// What the question asks for by name; `nil` if it asks for nothing of this.
  func asked() -> String? {
    let texts = [
      isAsked(.falseRemovals) ? removals() : nil, isAsked(.viewChanges) ? viewChanges() : nil,
    ].compactMap { $0 }
    return texts.isEmpty ? nil : PlainText.list(texts)
  }

  /// False removals that the question does not ask for.
  func unasked() -> String? {
    isAsked(.falseRemovals) || told.count(.falseRemovals) == 0 ? nil : removals()
  }

  private func removals() -> String? {
    guard let measured = told.measured(.falseRemovals) else { return nil }
    let count = Int(measured.value)
    switch count {
    case 0: return "no node was removed that was alive"
    case 1: return "once a node was removed that was alive"
    default: return "\(Readable.count(count)) times a node was removed that was alive"
    }
  }

  private func viewChanges() -> String? {
    guard let measured = told.measured(.viewChanges) else { return nil }
    let count = Int(measured.value)
    return count == 0
      ? "no node’s view of the farm changed"
      : "nodes changed their view of the farm \(count == 1 ? "once" : "\(Readable.count(count)) times")"
  }
}
