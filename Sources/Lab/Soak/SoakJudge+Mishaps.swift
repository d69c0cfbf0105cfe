import Engine
import Sim

/// What mishaps excuse, and what daemons must say and not take.
extension SoakJudge {
  /// A mishap that lasts is told by the daemons that it is about, unless they were away.
  func silentDaemons() -> [(SoakViolation, Duration)] {
    history.mishaps.compactMap { span in
      guard let complaint = span.mishap.kind.complaint, let (begin, deadline) = tellingTime(of: span) else {
        return nil
      }
      let asked =
        span.mishap.kind.node.map { NodeSet($0) } ?? NodeSet(first: history.scenario.farm.nodes.count)
      for node in asked where !mayBeSilent(node, from: begin, to: deadline, span.mishap.kind) {
        // What is said once for all that comes again and again may have been said of the one before.
        let memory = tolerance.repeating(span.mishap.kind)
        // A log is long: its words are read where the time fits.
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

  /// From when on and until when a mishap is to be told; `nil` if it did not last for long enough.
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

  /// Whether a daemon was away, or did not hear what came, for some of a time.
  private func mayBeSilent(
    _ node: NodeID, from begin: Instant, to deadline: Instant, _ kind: Mishap.Kind
  ) -> Bool {
    spans.contains { fault in
      guard fault.begin < deadline else { return false }
      // The kill before a start is over when that begins.
      if fault.kind.nodesNamed.contains(node) {
        return kind.isToldAtStart ? fault.end > begin : fault.end + .seconds(2) > begin
      }
      return fault.kind.losesHeartbeats && fault.end + .seconds(1) > begin
    }
  }

  /// Each life of a daemon ends with about what it held when it had settled.
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
