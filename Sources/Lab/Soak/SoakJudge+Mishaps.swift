import Engine
import Sim

/// What daemons must report about mishaps, and what they may hold.
extension SoakJudge {
  /// Mishaps that a daemon did not report although they concerned it, they lasted long enough, and it was there.
  func silentDaemons() -> [(SoakViolation, Duration)] {
    history.mishaps.compactMap { span in
      guard let complaint = span.mishap.kind.complaint, let (begin, deadline) = tellingTime(of: span) else {
        return nil
      }
      let asked =
        span.mishap.kind.node.map { NodeSet($0) } ?? NodeSet(first: history.scenario.farm.nodes.count)
      for node in asked where !mayBeSilent(node, from: begin, to: deadline, span.mishap.kind) {
        // A line that a daemon writes once for a repeated event may have been about the event before.
        let memory = tolerance.repeating(span.mishap.kind)
        // A log is long: the text is searched only in lines of the right time.
        let told = (history.said[node] ?? []).contains {
          $0.at >= begin - memory && $0.at <= deadline && $0.text.contains(complaint)
        }
        if told { continue }
        let text =
          "the log of \(names(NodeSet(node))) says nothing of the \(span.mishap.kind.word) at "
          + "\((span.begin - .zero).short) within \((deadline - begin).short): no line has '\(complaint)'"
        return (SoakViolation(property: .told, at: begin, text: text), .zero)
      }
      return nil
    }
  }

  /// When a mishap must be reported: from when, and until when; `nil` if it did not last long enough.
  private func tellingTime(of span: SoakHistory.MishapSpan) -> (begin: Instant, deadline: Instant)? {
    let kind = span.mishap.kind
    if kind.isToldAtStart {
      let start = spans.last { fault in
        guard case .kill = fault.kind, let node = kind.node else { return false }
        return fault.kind.nodesNamed.contains(node) && fault.begin <= span.end && fault.end > span.begin
      }
      guard let start, start.end + tolerance.starting <= span.end else { return nil }
      return (start.end, start.end + tolerance.telling)
    }
    var length = tolerance.telling
    if case .shortPath = kind { length += heartbeat.shortPathPatience }
    if span.mishap.until != nil, span.end - span.begin < length { return nil }
    return (span.begin, span.begin + length)
  }

  /// Whether a daemon was away for a part of a time, or could not hear the mishap.
  private func mayBeSilent(
    _ node: NodeID, from begin: Instant, to deadline: Instant, _ kind: Mishap.Kind
  ) -> Bool {
    spans.contains { fault in
      guard fault.begin < deadline else { return false }
      // For a mishap at a start, the kill before that start does not count.
      if fault.kind.nodesNamed.contains(node) {
        return kind.isToldAtStart ? fault.end > begin : fault.end + .seconds(2) > begin
      }
      return fault.kind.traits.heartbeats == .lost && fault.end + .seconds(1) > begin
    }
  }

  /// Each life of a daemon must end with about as much as it held when it had settled.
  func holdings(_ verdict: inout SoakVerdict) -> [(SoakViolation, Duration)] {
    var found: [(SoakViolation, Duration)] = []
    for life in history.lives {
      guard let early = life.early, let steady = life.steady else { continue }
      verdict.holdings.append(steady)
      let (memory, files) = (steady.memory - early.memory, steady.descriptors - early.descriptors)
      verdict.growth = verdict.growth.union(.init(memory: memory, descriptors: files), max)
      let allowed = tolerance.memory + early.memory / 10
      guard memory > allowed || files > tolerance.descriptors else { continue }
      let text =
        "farmd of \(names(NodeSet(life.node))) held \(early.text) at first and \(steady.text) after "
        + "\((life.ended - life.began).short); \(Readable.count(allowed >> 10)) KiB and \(tolerance.descriptors) more are allowed"
      found.append((SoakViolation(property: .flat, at: life.ended, text: text), life.ended - life.began))
    }
    return found
  }
}

extension DaemonUsage.Holding {
  /// `43,120 KiB and 31 descriptors`.
  var text: String { "\(Readable.count(memory >> 10)) KiB and \(Readable.count(descriptors, "descriptor"))" }
}
