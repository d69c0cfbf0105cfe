import Engine
import Sim

/// Judges what was observed of a farm in a round by the protocol's properties. It asks the daemons nothing.
///
/// Each check returns violations: `spells` (holes and doubles of filters), `silence` (nodes that must accept nothing),
/// `shares` (owners at the end), probes, captures, and what daemons report and hold. A bound is the protocol's, plus
/// ``SoakTolerance``, plus the machine's lateness at that time. Spells in which the machine was later than the protocol
/// tolerates are counted, not judged.
struct SoakJudge {
  let history: SoakHistory
  let tolerance: SoakTolerance
  let heartbeat: HeartbeatSettings
  let spans: [SoakHistory.Span]
  /// Sorted by time, since a long round looks them up for a hundred thousand holes and probes.
  private let edges: TimeIndex<FaultPlan.Edge>
  private let faults: TimeIndex<SoakHistory.Span>
  private let lateness: TimeIndex<SoakHistory.Lateness>
  /// Upgrades whose new daemon was not at work before the old one's lease ended, because this machine started it so
  /// late. Others took over then, as from a killed daemon.
  private let lateUpgrades: Set<Int>
  /// When a node may accept what it does not own, or not accept what it does: a part of its state has just been
  /// deleted.
  let repairs: TimeIndex<SoakHistory.MishapSpan>
  /// When the router may have a wrong Ethernet address, until the second announcement.
  let misleading: TimeIndex<SoakHistory.MishapSpan>
  /// When heartbeats may have to use another network.
  let shortPaths: TimeIndex<SoakHistory.MishapSpan>

  init(_ history: SoakHistory, _ tolerance: SoakTolerance) {
    self.history = history
    self.tolerance = tolerance
    let heartbeat = history.scenario.farm.settings.heartbeat
    self.heartbeat = heartbeat
    spans = history.spans
    edges = TimeIndex(history.edges) { ($0.at, $0.at) }
    faults = TimeIndex(spans) { ($0.begin, $0.end) }
    lateUpgrades = Set(
      history.edges.filter { edge in
        guard !edge.isEnd, let back = history.atWork[edge.fault] else { return false }
        return back - edge.at > heartbeat.lease
      }.map(\.fault))
    let lateness = TimeIndex(history.lateness) { ($0.at - $0.length, $0.at) }
    self.lateness = lateness
    repairs = TimeIndex(history.mishaps.filter(\.mishap.kind.needsRepair)) { span in
      let repaired = span.end + heartbeat.longestRepair
      let late = SoakJudge.worst(of: lateness.touching(from: span.begin, to: repaired))
      return (span.begin, repaired + tolerance.hole + late)
    }
    misleading = TimeIndex(history.mishaps.filter(\.mishap.kind.mayMisleadNeighbours)) {
      ($0.begin, $0.end + tolerance.misleading)
    }
    shortPaths = TimeIndex(history.mishaps.filter(\.mishap.kind.isShortPath)) {
      ($0.begin, $0.end + heartbeat.settling)
    }
  }

  private static func worst(of late: [SoakHistory.Lateness]) -> Duration {
    late.map(\.length).max() ?? .zero
  }

  /// The worst lateness within a time.
  func lateness(from begin: Instant, to end: Instant) -> Duration {
    SoakJudge.worst(of: lateness.touching(from: begin, to: end))
  }

  /// Whether a fault of some kinds lasts within a time, or ended so shortly before that it still has an effect.
  func hasFault(
    from begin: Instant, to end: Instant, shows after: Duration, where isMeant: (FaultTraits) -> Bool
  ) -> Bool {
    faults.touching(from: begin - after, to: end).contains { isMeant($0.kind.traits) }
  }

  static func verdict(_ history: SoakHistory, _ tolerance: SoakTolerance = SoakTolerance()) -> SoakVerdict {
    let judge = SoakJudge(history, tolerance)
    var verdict = SoakVerdict()
    verdict.lateness = judge.lateness(from: .zero, to: history.end)
    var found: [(SoakViolation, Duration)] = judge.spells(&verdict) + judge.shares()
    let (owners, silences) = (judge.owners, judge.silences)
    found += judge.silence(silences) + judge.probes(&verdict, owners, silences)
    found += judge.wire(&verdict, owners, silences)
    found += judge.silentDaemons() + judge.holdings(&verdict)
    verdict.violations = judge.oneOfEach(found)
    return verdict
  }

  // MARK: Spells

  private func spells(_ verdict: inout SoakVerdict) -> [(SoakViolation, Duration)] {
    var found: [(SoakViolation, Duration)] = []
    for spell in history.spells {
      if spell.isDouble {
        verdict.longestDouble = max(verdict.longestDouble, spell.length)
      } else {
        verdict.longestHole = max(verdict.longestHole, spell.length)
      }
      let late = lateness(from: spell.begin - 2 * heartbeat.timeout, to: spell.end)
      let (counted, allowed) = spell.isDouble ? boundOfDouble(spell) : boundOfHole(spell, late)
      guard counted > allowed else { continue }
      if late > heartbeat.toleratedPause {
        verdict.unjudged += 1
        continue
      }
      let owners = spell.isDouble ? "\(names(spell.owners)) both owned" : "nobody owned"
      let text =
        "\(owners) bucket \(spell.bucket.rawValue) of \(group(spell.group)) for \(counted.short)"
        + "\(spell.isOpen ? " and on" : ""), \(allowed.short) are allowed, \(after(spell.begin))"
      let property: SoakViolation.Property = spell.isOpen ? .oneOwner : spell.isDouble ? .doubles : .holes
      found.append((SoakViolation(property: property, at: spell.begin, text: text), counted))
    }
    return found
  }

  private func boundOfDouble(_ spell: SoakHistory.Spell) -> (counted: Duration, allowed: Duration) {
    let isLossy =
      hasLossOfItsOwn
      || hasFault(
        from: spell.begin, to: spell.end, shows: heartbeat.settling, where: { $0.heartbeats == .lost })
    return (spell.length, tolerance.double + (isLossy ? heartbeat.longestDouble : .zero))
  }

  /// A hole counts from the last sudden act in it, since each makes others wait anew.
  func boundOfHole(
    _ spell: SoakHistory.Spell, _ late: Duration
  ) -> (counted: Duration, allowed: Duration) {
    let slack = tolerance.hole + late
    if repairs.touches(from: spell.begin, to: spell.end) {
      return (spell.length, max(heartbeat.longestHole, heartbeat.longestRepair) + slack)
    }
    let earliest = spell.begin - (heartbeat.settling + slack)
    let acts = edges.touching(from: earliest, to: spell.end).filter { $0.at < spell.end }
    let sudden = acts.first {
      let abrupt = history.kind($0).traits.abrupt
      return $0.isEnd ? abrupt == .both : abrupt != .never || lateUpgrades.contains($0.fault)
    }
    // A daemon that is being replaced takes nothing over meanwhile. The time counts from its return.
    let upgrade = acts.first { edge in
      guard case .upgrade = history.kind(edge) else { return false }
      return edge.at > (sudden?.at ?? earliest)
    }
    if let sudden {
      let from = max(upgrade?.at ?? sudden.at, spell.begin)
      let newcomers = hasNewcomers(spell) ? heartbeat.newcomersWait : .zero
      return (spell.end - from, heartbeat.longestHole + newcomers + slack)
    }
    let isSlow =
      hasLossOfItsOwn || shortPaths.touches(from: spell.begin, to: spell.end)
      || hasFault(
        from: spell.begin, to: spell.end, shows: heartbeat.settling, where: { $0.heartbeats != .kept })
    if isSlow { return (spell.length, heartbeat.longestHole + slack) }
    if let upgrade { return (spell.end - max(upgrade.at, spell.begin), heartbeat.longestReturn + slack) }
    return (spell.length, heartbeat.longestMove + slack)
  }

  /// Whether a node may have joined between a crash and its detection. Such a node has not been up long enough to know
  /// that no other took the lost buckets. It waits until all have announced its view.
  private func hasNewcomers(_ spell: SoakHistory.Spell) -> Bool {
    edges.touching(from: spell.begin - 2 * heartbeat.settling, to: spell.end).contains { edge in
      guard edge.at < spell.end else { return false }
      let kind = history.kind(edge)
      return edge.isEnd
        ? kind.traits.abrupt != .never || lateUpgrades.contains(edge.fault) : kind.key == .restart
    }
  }

  var hasLossOfItsOwn: Bool {
    history.scenario.networks.contains {
      $0.uplinkLoss != .none || $0.downlinkLoss != .none || !$0.links.isEmpty
    }
  }

  // MARK: Shares

  /// At the end every node has what it had before the first fault: a node that left has its buckets back, and no other
  /// lost any.
  private func shares() -> [(SoakViolation, Duration)] {
    guard let first = history.edges.first?.at else { return [] }
    var moved = 0
    var example: (Bucket, GroupID, NodeSet, NodeSet)?
    history.forEachBucket { group, bucket, changes in
      guard let before = changes.last(where: { $0.at < first })?.owners, let after = changes.last?.owners,
        before.count == 1, after.count == 1, before != after
      else { return }
      moved += 1
      example = example ?? (bucket, group, before, after)
    }
    guard let (bucket, group, before, after) = example else { return [] }
    let text =
      "\(moved) buckets have another owner at the end than before the first fault; bucket \(bucket.rawValue) of "
      + "\(self.group(group)) has \(names(after)) and had \(names(before))"
    return [(SoakViolation(property: .share, at: history.end, text: text), .zero)]
  }

  // MARK: Words

  /// The worst violation for each property and act. It says how many more there were.
  private func oneOfEach(_ found: [(SoakViolation, Duration)]) -> [SoakViolation] {
    struct Key: Hashable {
      var property: SoakViolation.Property
      var act: Int?
    }
    let groups = Dictionary(grouping: found) { entry in
      Key(
        property: entry.0.property, act: history.edges.lastIndex { $0.at <= entry.0.at })
    }
    return groups.values.map { entries in
      var worst = entries.max { $0.1 < $1.1 }!.0
      if entries.count > 1 { worst.text += "; \(entries.count - 1) more like it" }
      return worst
    }.sorted { $0.at == $1.at ? $0.property.rawValue < $1.property.rawValue : $0.at < $1.at }
  }

  /// The last act before an instant, in words.
  func after(_ instant: Instant) -> String {
    let edge = history.edges.last { $0.at <= instant }
    if let span = history.mishaps.last(where: { $0.begin <= instant }), span.begin > edge?.at ?? .zero {
      let nodes = span.mishap.kind.node.map { " of \(names(NodeSet($0)))" } ?? ""
      return "\((instant - span.begin).short) after the \(span.mishap.kind.word)\(nodes) at "
        + (span.begin - .zero).short
    }
    guard let edge else { return "before the first fault" }
    let kind = history.kind(edge)
    let nodes = kind.nodesNamed.isEmpty ? "" : " of \(names(kind.nodesNamed))"
    return "\((instant - edge.at).short) after the \(edge.isEnd ? "end of the " : "")\(kind.key)\(nodes) at "
      + (edge.at - .zero).short
  }

  func names(_ nodes: NodeSet) -> String {
    nodes.map { history.scenario.farm.nodes[$0.index] }.joined(separator: " and ")
  }

  func group(_ group: GroupID) -> String {
    let groups = history.scenario.farm.groups
    return group.index < groups.count ? groups[group.index] : "unmatched traffic"
  }
}

extension Duration {
  /// `1.25 s`, `12.3 ms`: three significant digits.
  public var short: String { Readable.time(self) }
}
