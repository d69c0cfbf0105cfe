import Engine
import Sim

/// Nodes that must accept nothing, and whether they answered. Filters, probes and captures are checked against the same
/// ``Silence``.
extension SoakJudge {
  /// A time in which nodes must not accept anything new.
  struct Silence: Hashable {
    var nodes: NodeSet
    var begin: Instant
    var end: Instant
    var kind: FaultKind
  }

  /// The lease bounds what the kernel of a dead or stalled daemon accepts. A lease begins when the kernel handles the
  /// request: if that took long, it ends later by as much. The heartbeat before it lets that be an interval. A node that
  /// drains or leaves has handed over after the grace time.
  var silences: TimeIndex<Silence> {
    let found = spans.compactMap { span -> Silence? in
      let grace: Duration
      switch span.kind.traits.filter {
      case .leased:
        let late = lateness(from: span.begin, to: span.begin + heartbeat.interval)
        grace = heartbeat.lease + tolerance.lease + min(late, heartbeat.interval)
      case .handsOver:
        let late = lateness(from: span.begin, to: span.begin + heartbeat.settling)
        grace = heartbeat.settling + tolerance.hole + late
      case .gone: grace = tolerance.lease
      case .obeys: return nil
      }
      let begin = span.begin + grace
      guard begin < span.end else { return nil }
      return Silence(nodes: span.kind.nodesNamed, begin: begin, end: span.end, kind: span.kind)
    }
    return TimeIndex(found) { ($0.begin, $0.end) }
  }

  /// By group and bucket: the changes of its owners.
  typealias Owners = [[TimeIndex<OwnershipChange>]]

  var owners: Owners {
    var owners: Owners = history.ownership.map { _ in [] }
    history.forEachBucket { group, _, changes in
      owners[group.index].append(TimeIndex(changes) { ($0.at, $0.at) })
    }
    return owners
  }

  func silence(_ silences: TimeIndex<Silence>) -> [(SoakViolation, Duration)] {
    var found: [(SoakViolation, Duration)] = []
    history.forEachBucket { group, bucket, changes in
      for (i, change) in changes.enumerated() where !change.owners.isEmpty {
        let until = i + 1 < changes.count ? changes[i + 1].at : history.end
        for silence in silences.touching(from: change.at, to: until) {
          let wrong = silence.nodes.intersection(change.owners)
          let (begin, end) = (max(silence.begin, change.at), min(silence.end, until))
          guard !wrong.isEmpty, begin < end else { continue }
          let text =
            "\(names(wrong)) accepted bucket \(bucket.rawValue) of \(self.group(group)) for \((end - begin).short), "
            + after(begin) + ", when it had to accept nothing because of the \(silence.kind.key)"
          found.append((SoakViolation(property: .silence, at: begin, text: text), end - begin))
        }
      }
    }
    return found
  }

  /// Probes are packets: they must meet what the filters seem to accept.
  func probes(
    _ verdict: inout SoakVerdict, _ owners: Owners, _ silences: TimeIndex<Silence>
  ) -> [(SoakViolation, Duration)] {
    var found: [(SoakViolation, Duration)] = []
    for probe in history.probes {
      let changes = owners[probe.group.index][probe.bucket.index]
      // The copies of a frame may meet the filters at slightly different times.
      let begin = probe.at - .milliseconds(5)
      let end = probe.at + .milliseconds(20)
      let isMoving = changes.touches(from: begin, to: end)
      let now = changes.last(begunBy: probe.at)?.owners ?? .empty
      let isDouble = probe.answers.count > 1 && !isMoving && now.count < 2
      if isDouble && !repairs.touches(from: probe.at, to: probe.at) {
        let text =
          "\(names(probe.answers)) both answered a probe of bucket \(probe.bucket.rawValue) of "
          + "\(group(probe.group)), which \(now.isEmpty ? "nobody" : names(now)) owned, \(after(probe.at))"
        found.append((SoakViolation(property: .doubles, at: probe.at, text: text), .zero))
      }
      for silence in silences.touching(from: probe.at, to: probe.at)
      where probe.at > silence.begin && probe.at < silence.end {
        let wrong = silence.nodes.intersection(probe.answers)
        guard !wrong.isEmpty else { continue }
        let text =
          "\(names(wrong)) answered a probe of bucket \(probe.bucket.rawValue) of \(group(probe.group)), "
          + "\(after(probe.at)), when it had to accept nothing because of the \(silence.kind.key)"
        found.append((SoakViolation(property: .silence, at: probe.at, text: text), .zero))
      }
      // A kernel may take a second to notice that a cable is plugged in again.
      let isLossy = hasFault(from: begin, to: end, shows: .seconds(1), where: { $0.heartbeats == .lost })
      guard !isMoving, !isLossy, !hasLossOfItsOwn, now.count == 1,
        !misleading.touches(from: probe.at, to: probe.at)
      else { continue }
      verdict.probes += 1
      if probe.answers.isEmpty { verdict.unansweredProbes += 1 }
    }
    if verdict.unansweredProbes > max(5, Int(Double(verdict.probes) * tolerance.lostProbes)) {
      let text =
        "\(verdict.unansweredProbes) of \(verdict.probes) probes went unanswered although one filter accepted them"
      found.append((SoakViolation(property: .holes, at: history.end, text: text), .zero))
    }
    return found
  }
}
