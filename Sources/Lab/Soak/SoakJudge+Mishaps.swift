import Engine
import Sim

/// What mishaps excuse, and what daemons must say and not take.
extension SoakJudge {
  /// Whether a node may accept what is not its own, or not accept what is: something of it has just been deleted.
  func isBeingRepaired(_ instant: Instant) -> Bool { isBeingRepaired(from: instant, to: instant) }

  func isBeingRepaired(from begin: Instant, to end: Instant) -> Bool {
    history.mishaps.contains { span in
      let late = history.lateness(from: span.begin, to: span.end + heartbeat.longestRepair)
      return span.mishap.kind.needsRepair && span.begin <= end
        && span.end + heartbeat.longestRepair + tolerance.hole + late >= begin
    }
  }

  /// Whether the router may believe a wrong Ethernet address, until the second announcement.
  func isMisled(from begin: Instant, to end: Instant) -> Bool {
    history.mishaps.contains { span in
      span.mishap.kind.mayMisleadNeighbours && span.begin <= end && span.end + tolerance.misleading >= begin
    }
  }

  /// Heartbeats may go by another network from a mishap on.
  func hasShortPath(_ spell: SoakHistory.Spell) -> Bool {
    history.mishaps.contains { span in
      guard case .shortPath = span.mishap.kind else { return false }
      return span.begin < spell.end && span.end + heartbeat.settling > spell.begin
    }
  }

  /// A mishap that lasts is told by the daemons that it is about, unless they were away.
  func silentDaemons() -> [(SoakViolation, Duration)] {
    history.mishaps.compactMap { span in
      guard let complaint = span.mishap.kind.complaint else { return nil }
      let isLasting = span.mishap.until != nil
      if isLasting, span.end - span.begin < tolerance.telling { return nil }
      let asked =
        span.mishap.kind.node.map { NodeSet($0) } ?? NodeSet(first: history.scenario.farm.nodes.count)
      let deadline = span.begin + tolerance.telling
      for node in asked {
        let wasAway = spans.contains {
          $0.kind.nodesNamed.contains(node) && $0.begin < deadline && $0.end + .seconds(2) > span.begin
        }
        let isCutOff = spans.contains {
          $0.kind.losesHeartbeats && $0.begin < deadline && $0.end + .seconds(1) > span.begin
        }
        let told = (history.said[node] ?? []).contains {
          $0.text.contains(complaint) && $0.at >= moment(span.begin, before: .milliseconds(50))
            && $0.at <= deadline
        }
        if wasAway || isCutOff || told { continue }
        let text =
          "the log of \(names(NodeSet(node))) says nothing of the \(span.mishap.kind.word) at "
          + "\((span.begin - .zero).short) within \(tolerance.telling.short): no line has '\(complaint)'"
        return (SoakViolation(property: .told, at: span.begin, text: text), .zero)
      }
      return nil
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
