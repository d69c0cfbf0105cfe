import Engine
import Sim

/// Judges what captures of the nodes' interfaces show, by the same bounds as filters.
extension SoakJudge {
  func wire(
    _ verdict: inout SoakVerdict, _ owners: Owners, _ silences: TimeIndex<Silence>
  ) -> [(SoakViolation, Duration)] {
    let wire = history.wire
    verdict.packets = wire.packets
    verdict.unansweredPackets = wire.unanswered
    verdict.packetsAnsweredTwice = wire.answeredTwice
    verdict.lostFrames = wire.lost
    return wire.doubles.compactMap { double($0, owners) }
      + wire.suspects.compactMap { suspect($0, silences) } + gaps(&verdict)
  }

  /// Copies of one frame reach the nodes at slightly different times, so that one that meets a hand-over proves
  /// nothing.
  private func double(_ found: AnsweredPacket, _ owners: Owners) -> (SoakViolation, Duration)? {
    var now = NodeSet.empty
    if found.group.index < owners.count, found.bucket.index < owners[found.group.index].count {
      let changes = owners[found.group.index][found.bucket.index]
      if changes.touches(from: found.at - .milliseconds(5), to: found.at + .milliseconds(20)) { return nil }
      now = changes.last(begunBy: found.at)?.owners ?? .empty
    }
    // A bucket that two filters owned is judged as a double of the filters, by its length.
    guard now.count < 2, !repairs.touches(from: found.at, to: found.at) else { return nil }
    let text =
      "captures show that \(names(found.answers)) both answered a packet of bucket \(found.bucket.rawValue) of "
      + "\(group(found.group)), which \(now.isEmpty ? "nobody" : names(now)) owned, \(after(found.at))"
    return (SoakViolation(property: .doubles, at: found.at, text: text), .zero)
  }

  private func suspect(
    _ found: WireRecord.Answer, _ silences: TimeIndex<Silence>
  ) -> (SoakViolation, Duration)? {
    let silence = silences.touching(from: found.at, to: found.at).last {
      $0.nodes.contains(found.node) && $0.begin < found.at && found.at < $0.end
    }
    guard let silence else { return nil }
    let text =
      "a capture shows that \(names(NodeSet(found.node))) answered a packet of bucket \(found.bucket.rawValue) of "
      + "\(group(found.group)), \(after(found.at)), when it had to accept nothing because of the \(silence.kind.key)"
    return (SoakViolation(property: .silence, at: found.at, text: text), .zero)
  }

  /// No node answered a bucket at least from the first unanswered packet to the last.
  private func gaps(_ verdict: inout SoakVerdict) -> [(SoakViolation, Duration)] {
    var found: [(SoakViolation, Duration)] = []
    for gap in history.wire.gaps {
      // A kernel may take a second to notice that a cable is plugged in again.
      let isLossy = hasFault(
        from: gap.first, to: gap.last, shows: .seconds(1), where: { $0.heartbeats == .lost })
      if isLossy || hasLossOfItsOwn { continue }
      verdict.longestGap = max(verdict.longestGap, gap.length)
      let spell = SoakHistory.Spell(
        group: gap.group, bucket: gap.bucket, begin: gap.first, end: gap.last, owners: .empty, isOpen: false)
      let late = lateness(from: gap.first - 2 * heartbeat.timeout, to: gap.last)
      var (counted, allowed) = boundOfHole(spell, late)
      if misleading.touches(from: gap.first, to: gap.last) {
        allowed = max(allowed, tolerance.misleading + late)
      }
      guard counted > allowed else { continue }
      // A frame that was not captured may have been an answer.
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
