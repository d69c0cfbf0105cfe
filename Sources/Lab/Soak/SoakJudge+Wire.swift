import Engine
import Sim

/// What captures of the nodes' interfaces show, judged by the bounds that hold for filters.
extension SoakJudge {
  func wire(_ verdict: inout SoakVerdict) -> [(SoakViolation, Duration)] {
    let wire = history.wire
    verdict.packets = wire.packets
    verdict.unansweredPackets = wire.unanswered
    verdict.packetsAnsweredTwice = wire.answeredTwice
    verdict.lostFrames = wire.lost
    var owners: [[[OwnershipChange]]] = history.ownership.map { _ in [] }
    history.forEachBucket { group, _, changes in owners[group.index].append(changes) }
    return wire.doubles.compactMap { double($0, owners) } + wire.suspects.compactMap { suspect($0) }
      + gaps(&verdict)
  }

  /// Copies of one frame reach the nodes a moment apart, so one that meets a hand-over proves nothing.
  private func double(
    _ found: AnsweredPacket, _ owners: [[[OwnershipChange]]]
  ) -> (SoakViolation, Duration)? {
    let changes =
      found.group.index < owners.count && found.bucket.index < owners[found.group.index].count
      ? owners[found.group.index][found.bucket.index] : []
    let (begin, end) = (moment(found.at, before: .milliseconds(5)), found.at + .milliseconds(20))
    let now = changes.last { $0.at <= found.at }?.owners ?? .empty
    // What two filters owned is judged as a double of theirs, by how long it lasted.
    guard !changes.contains(where: { $0.at >= begin && $0.at <= end }), now.count < 2,
      !isBeingRepaired(found.at)
    else { return nil }
    let text =
      "captures show that \(names(found.answers)) both answered a packet of bucket \(found.bucket.rawValue) of "
      + "\(group(found.group)), which \(now.isEmpty ? "nobody" : names(now)) owned, \(after(found.at))"
    return (SoakViolation(property: .doubles, at: found.at, text: text), .zero)
  }

  private func suspect(_ found: WireRecord.Answer) -> (SoakViolation, Duration)? {
    let silence = silences.first {
      $0.nodes.contains(found.node) && $0.begin < found.at && found.at < $0.end
    }
    guard let silence else { return nil }
    let text =
      "a capture shows that \(names(NodeSet(found.node))) answered a packet of bucket \(found.bucket.rawValue) of "
      + "\(group(found.group)), \(after(found.at)), when it had to accept nothing because of the \(silence.kind.word)"
    return (SoakViolation(property: .silence, at: found.at, text: text), .zero)
  }

  /// From the first unanswered packet of a bucket to the last at least nobody accepted it.
  private func gaps(_ verdict: inout SoakVerdict) -> [(SoakViolation, Duration)] {
    var found: [(SoakViolation, Duration)] = []
    for gap in history.wire.gaps {
      // A kernel may take a second to notice that a cable is in again.
      let isLossy = spans.contains {
        $0.kind.losesHeartbeats && $0.begin <= gap.last && $0.end + .seconds(1) >= gap.first
      }
      if isLossy || hasLossOfItsOwn { continue }
      verdict.longestGap = max(verdict.longestGap, gap.length)
      let spell = SoakHistory.Spell(
        group: gap.group, bucket: gap.bucket, begin: gap.first, end: gap.last, owners: .empty, isOpen: false)
      let late = history.lateness(from: moment(gap.first, before: 2 * heartbeat.timeout), to: gap.last)
      var (counted, allowed) = boundOfHole(spell, late)
      if isMisled(from: gap.first, to: gap.last) { allowed = max(allowed, tolerance.misleading + late) }
      guard counted > allowed else { continue }
      // What could not be captured may have been an answer.
      if late > heartbeat.toleratedPause || history.wire.lost > 0 {
        verdict.unjudged += 1
        continue
      }
      let reached = gap.reached.isEmpty ? "reached no node" : "reached \(names(gap.reached))"
      let text =
        "captures show that nobody answered \(gap.packets) packets of bucket \(gap.bucket.rawValue) of "
        + "\(group(gap.group)) within \(counted.short), \(allowed.short) are allowed; they \(reached), "
        + after(gap.first)
      found.append((SoakViolation(property: .holes, at: gap.first, text: text), counted))
    }
    return found
  }
}
