import Engine

/// Load and outcome of a trial as JSON: all of what ``OutcomeTables`` shows a part of.
///
/// | key | meaning |
/// |---|---|
/// | `trial` | the number of the trial |
/// | `streams` | one each, in the order of the file: `name`, `group`, what clients began and what became of it (`in_doubt`: no node would have answered it when the run ended; `flows_unnoticed`: broken, and the client did not know yet), the longest outage of one that came and of one whose flow was open in seconds, `load` by node, from when until when no node in service had a rule for it (`unmatched_from`, `unmatched_until`) |
/// | `nodes` | by name: its share by weight and priority, of the run and in each phase, packets and flows by phase, bucket-seconds by phase, what its clients lost, how many connections it waits for if it was draining when the run ended, and which nodes it waits for with settings that were not in force then (`staged_waits_for`) |
/// | `groups` | by name: buckets, longest times in seconds, which of these are lower bounds (`censored`), buckets by node at the end, `shares` by phase: what they are `of` (packets or buckets), and by node the shares, 0 to 1, that it was `due` and that it `carried` |
/// | `before_faults` | what clients lost before the first fault |
/// | `faults` | one for each fault or end of a fault, in order of time: `what`, `at`, what clients lost by it |
/// | `windows` | by phase, in seconds since the start of the run: `from` and `to` |
/// | `stretches` | from one instant at which faults begin or end to the next: `from`, by node `buckets` owned alone when it ended, buckets that it had although no client reached it (`unreached`), `flows` established, and `packets`; empty if there are more than 64 |
/// | `drains` | those that ended within the run: `node`, `at`, `flows_cut` by the deadline |
/// | `held_down` | nodes that came back too often: `node`, `from`, and `until` it was in service again or its daemon was gone, or `null` |
struct OutcomeJSON {
  private let told: ToldTrial

  init(_ told: ToldTrial) { self.told = told }

  private var outcome: RunOutcome { told.result.outcome }
  private var names: [String] { told.scenario.nodes }

  func object() -> JSONValue {
    .object([
      ("trial", .integer(told.result.trial)),
      ("streams", .array(outcome.streams.enumerated().map { stream($0.offset, $0.element) })),
      ("nodes", .object(names.indices.map { (names[$0], node($0)) })),
      (
        "groups",
        .object(
          outcome.groups.enumerated().map {
            (told.words.group(GroupID($0.offset)), group(GroupID($0.offset), $0.element))
          })
      ),
      ("before_faults", .object(losses(outcome.beforeFaults))),
      (
        "windows",
        .object(
          outcome.owned.map { own in
            (
              own.phase.rawValue,
              .object([
                ("from", .number(own.from.seconds)), ("to", .number(own.from.seconds + own.length)),
              ])
            )
          })
      ),
      (
        "faults",
        .array(
          outcome.faults.map { fault in
            .object(
              [
                ("what", .string(told.words.happened(fault.fault, isEnd: fault.isEnd))),
                ("at", .number(fault.at.seconds)),
              ] + losses(fault.losses))
          })
      ),
      ("stretches", .array(outcome.stretches.map { stretch($0) })),
      (
        "drains",
        .array(
          outcome.drained.map { drain in
            .object([
              ("node", .string(told.words.name(drain.node))), ("at", .number(drain.at.seconds)),
              ("flows_cut", .integer(drain.flowsCut)),
            ])
          })
      ),
      (
        "held_down",
        .array(
          outcome.heldDown.map { held in
            .object([
              ("node", .string(told.words.name(held.node))), ("from", .number(held.from.seconds)),
              ("until", .optional(held.until?.seconds)),
            ])
          })
      ),
    ])
  }

  private func stretch(_ stretch: Stretch) -> JSONValue {
    func byNode(_ parts: [[Int]]) -> JSONValue {
      .object(
        names.indices.map { n in
          (names[n], .integer(parts.reduce(0) { $0 + ($1.indices.contains(n) ? $1[n] : 0) }))
        })
    }
    return .object([
      ("from", .number(stretch.from.seconds)), ("buckets", byNode(stretch.owned)),
      ("unreached", byNode(stretch.unreached)), ("flows", byNode(stretch.flows)),
      ("packets", byNode(stretch.packets)),
    ])
  }

  private func losses(_ losses: LossCounts) -> [(String, JSONValue)] {
    [
      ("flows_lost_with_failed_nodes", .integer(losses.withNode)),
      ("flows_lost_elsewhere", .integer(losses.elsewhere)), ("repeated", .integer(losses.repeated)),
      ("repeated_by_loss", .integer(losses.repeatedByLoss)), ("unanswered", .integer(losses.unanswered)),
      ("refused", .integer(losses.refused)), ("answered_twice", .integer(losses.answeredTwice)),
    ]
  }

  private func stream(_ s: Int, _ stream: StreamOutcome) -> JSONValue {
    let counts = stream.counts
    return .object([
      (
        "name",
        .string(told.scenario.traffic.indices.contains(s) ? told.scenario.traffic[s].name : "\(s + 1)")
      ),
      ("group", stream.group.map { .string(told.words.group($0)) } ?? .null),
      ("protocol", .string(stream.isTCP ? "tcp" : "udp")), ("begun", .integer(counts.begun)),
      ("repeated", .integer(counts.repeated)), ("unanswered", .integer(counts.unanswered)),
      ("waiting", .integer(counts.waiting)), ("waiting_in_doubt", .integer(counts.waitingInDoubt)),
      ("refused", .integer(counts.connectsRefused)), ("answered_twice", .integer(counts.connectsReset)),
      ("left_alone", .integer(counts.connectsLeftAlone)),
      ("flows_opened", .integer(counts.opened)), ("flows_kept", .integer(counts.kept)),
      ("flows_stalled", .integer(counts.stalled)), ("flows_in_doubt", .integer(counts.inDoubt)),
      ("flows_broken", .integer(counts.broken)), ("flows_unnoticed", .integer(counts.unnoticed)),
      ("flows_reset", .integer(counts.reset)),
      ("flows_lost_with_failed_nodes", .integer(counts.lostWithNode)),
      ("flows_lost_elsewhere", .integer(counts.lostElsewhere)), ("packets_sent", .integer(counts.sent)),
      ("packets_lost", .integer(counts.lost)),
      ("packets_lost_on_the_way", .integer(counts.lostOnTheWay)), ("packets_reset", .integer(counts.resets)),
      ("packets_unserved", .integer(counts.unserved)), ("packets_twice", .integer(counts.twice)),
      ("client_outage_longest", .optional(stream.longestOutage?.value)),
      ("client_outage_censored", .bool(stream.longestOutage?.isCensored == true)),
      ("flow_outage_longest", .optional(stream.longestSilence?.value)),
      ("flow_outage_censored", .bool(stream.longestSilence?.isCensored == true)),
      ("load", .object(names.indices.map { (names[$0], load(stream.load[$0])) })),
      ("unmatched_from", .optional(stream.unmatchedFrom?.seconds)),
      ("unmatched_until", .optional(stream.unmatchedUntil?.seconds)),
    ])
  }

  private func load(_ load: NodeLoad) -> JSONValue {
    .object([
      ("flows", .integer(load.flows)), ("packets", .integer(load.packets)), ("bytes", .integer(load.bytes)),
    ])
  }

  /// The load that the shares by weight are about.
  private var kind: SkewRow.Load {
    outcome.phases.contains { $0.load.contains { $0.packets > 0 } } ? .packets : .buckets
  }

  private func node(_ n: Int) -> JSONValue {
    func share(_ phase: SkewRow.Phase?) -> JSONValue {
      let due = told.due(phase, by: kind)
      return .number(due[n] / due.reduce(0, +))
    }
    let lost = outcome.nodes.indices.contains(n) ? outcome.nodes[n] : LossCounts()
    return .object([
      ("share_by_weight", share(nil)),
      ("share_by_weight_in", .object(outcome.owned.map { ($0.phase.rawValue, share($0.phase)) })),
      ("load", .object(outcome.phases.map { ($0.phase.rawValue, load($0.load[n])) })),
      ("bucket_seconds", .object(outcome.owned.map { ($0.phase.rawValue, .number($0.seconds[n])) })),
      ("flows_lost_with_it", .integer(lost.withNode)),
      ("flows_lost_elsewhere", .integer(lost.elsewhere)),
      ("draining", told.result.draining[NodeID(n)].map { .integer($0) } ?? .null),
      (
        "staged_waits_for",
        told.result.staged[NodeID(n)].map { .array($0.map { .string(told.words.name($0)) }) } ?? .null
      ),
    ])
  }

  private func shares(of group: GroupID) -> JSONValue {
    .object(
      outcome.shares(of: group).map { found in
        let carried = found.shares
        return (
          found.phase.rawValue,
          .object([
            ("of", .string(found.kind.rawValue)),
            (
              "nodes",
              .object(
                names.indices.map { n in
                  (names[n], .object([("due", .number(found.due[n])), ("carried", .optional(carried?[n]))]))
                })
            ),
          ])
        )
      })
  }

  /// The times of a group that are lower bounds.
  private func censored(_ open: UnsettledBuckets) -> [String] {
    let all = [
      ("hole_longest", open.holes), ("unreached_longest", open.unreached),
      ("unserved_longest", open.holes + open.unreached + open.unserved), ("double_longest", open.doubles),
    ]
    return all.filter { $0.1 > 0 }.map(\.0)
  }

  private func group(_ id: GroupID, _ group: GroupOutcome) -> JSONValue {
    .object([
      ("buckets", .integer(group.bucketCount)), ("hole_longest", .number(group.longestHole)),
      ("unreached_longest", .number(group.longestUnreached)),
      ("unserved_longest", .number(group.longestUnserved)),
      ("double_longest", .number(group.longestDouble)),
      ("censored", .array(censored(group.unsettled).map { .string($0) })),
      ("buckets_at_end", .object(zip(names, group.buckets).map { ($0, .integer($1)) })),
      ("shares", shares(of: id)),
    ])
  }
}
