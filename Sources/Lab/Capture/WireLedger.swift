import Engine

/// Pairs every packet of a client with the nodes that it reached and those that answered it.
///
/// A packet is open for ``patience`` after it was sent, since captures are read one after the other and a server may be
/// late. Then it is counted, in the order of sending, and forgotten. A packet that a client's kernel repeats counts as
/// a new one. So memory is bounded by the packets of that time and by the buckets.
struct WireLedger: Sendable {
  static let patience = Duration.milliseconds(1500)
  /// No kernel repeats a packet sooner, and no frame is longer on its way.
  private static let repetition = Duration.milliseconds(500)
  /// The most findings of each kind that are kept.
  private static let most = 2000

  private struct Exchange: Sendable {
    var sent: Instant
    var reached = NodeSet.empty
    var answers = NodeSet.empty
  }

  private let rules: RuleSet
  /// Longer gaps raise an alarm.
  private let longestGap: Duration
  private var open: [ClientPacket: Exchange] = [:]
  private var order: [(packet: ClientPacket, sent: Instant)] = []
  private var gaps: [[WireRecord.Gap?]]
  /// When a node may have to be silent: from when, and until when.
  private var silences: [(node: NodeID, begin: Instant, end: Instant)] = []
  private(set) var record = WireRecord()
  /// The time of the last packet with a finding since the last call of ``close(at:)``; `nil` if there is none.
  private var alarm: Instant?

  init(_ settings: Settings, longestGap: Duration) {
    rules = RuleSet(settings)
    self.longestGap = longestGap
    gaps = rules.bucketCounts.map { Array(repeating: nil, count: $0) }
  }

  // MARK: Frames

  /// The router sent the packet.
  mutating func sent(_ packet: ClientPacket, at now: Instant) { _ = exchange(packet, at: now) }

  /// The packet reached a node's interface. What the node did with it does not matter.
  mutating func reached(_ node: NodeID, _ packet: ClientPacket, at now: Instant) {
    let at = exchange(packet, at: now)
    open[at]?.reached.insert(node)
  }

  /// A node sent an answer.
  mutating func answered(_ node: NodeID, _ packet: ClientPacket) { open[packet]?.answers.insert(node) }

  /// Opens an exchange for the packet. Counts an earlier one of the same packet.
  private mutating func exchange(_ packet: ClientPacket, at now: Instant) -> ClientPacket {
    if let known = open[packet] {
      if now - known.sent < WireLedger.repetition {
        open[packet]!.sent = min(known.sent, now)
        return packet
      }
      count(packet, known)
    }
    open[packet] = Exchange(sent: now)
    order.append((packet, now))
    return packet
  }

  // MARK: Who may speak

  /// From now on the nodes must be silent, or may have to be.
  mutating func silence(_ nodes: NodeSet, from now: Instant) {
    for node in nodes { silences.append((node, now, .never)) }
    if silences.count > 1000 { silences.removeFirst(silences.count - 1000) }
  }

  mutating func speak(_ nodes: NodeSet, from now: Instant) {
    for i in silences.indices where nodes.contains(silences[i].node) && silences[i].end == .never {
      silences[i].end = now
    }
  }

  // MARK: Counting

  /// Counts packets that were sent long enough ago. - Returns: the time of the last one with a finding.
  mutating func close(at now: Instant) -> Instant? {
    var taken = 0
    while taken < order.count, order[taken].sent + WireLedger.patience <= now {
      let (packet, sent) = order[taken]
      taken += 1
      // A packet that was repeated has another entry further on.
      guard let exchange = open[packet], exchange.sent <= sent, sent - exchange.sent < WireLedger.repetition
      else { continue }
      open[packet] = nil
      count(packet, exchange)
    }
    order.removeFirst(taken)
    defer { alarm = nil }
    return alarm
  }

  /// Counts the rest at the end. Packets of the last second are left out unless they were answered: there may have been
  /// no time.
  mutating func finish(at now: Instant) -> WireRecord {
    _ = close(at: now)
    for (packet, _) in order {
      guard let exchange = open.removeValue(forKey: packet) else { continue }
      if !exchange.answers.isEmpty || exchange.sent + .seconds(1) <= now { count(packet, exchange) }
    }
    order = []
    for g in gaps.indices { for b in gaps[g].indices { endGap(g, b) } }
    return record
  }

  private mutating func count(_ packet: ClientPacket, _ exchange: Exchange) {
    guard let match = rules.match(packet.transport, destination: packet.virtualIP, port: packet.service)
    else { return }
    let (group, bucket) = (match.group, match.bucket(address: packet.client, port: packet.port))
    record.packets += 1
    if exchange.answers.isEmpty {
      record.unanswered += 1
      var gap =
        gaps[group.index][bucket.index]
        ?? WireRecord.Gap(
          group: group, bucket: bucket, first: exchange.sent, last: exchange.sent, packets: 0, reached: .empty
        )
      gap.last = max(gap.last, exchange.sent)
      gap.packets += 1
      gap.reached = gap.reached.union(exchange.reached)
      gaps[group.index][bucket.index] = gap
      if gap.length > longestGap { alarm = exchange.sent }
      return
    }
    endGap(group.index, bucket.index)
    if exchange.answers.count > 1 {
      record.answeredTwice += 1
      alarm = exchange.sent
      if record.doubles.count < WireLedger.most {
        record.doubles.append(
          AnsweredPacket(at: exchange.sent, group: group, bucket: bucket, answers: exchange.answers))
      }
    }
    for silence in silences
    where exchange.answers.contains(silence.node) && silence.begin <= exchange.sent
      && exchange.sent < silence.end && record.suspects.count < WireLedger.most
    {
      record.suspects.append(
        WireRecord.Answer(at: exchange.sent, group: group, bucket: bucket, node: silence.node))
    }
  }

  private mutating func endGap(_ group: Int, _ bucket: Int) {
    guard let gap = gaps[group][bucket] else { return }
    gaps[group][bucket] = nil
    // A single packet says nothing about a length of time.
    if gap.packets > 1, record.gaps.count < WireLedger.most { record.gaps.append(gap) }
  }
}
