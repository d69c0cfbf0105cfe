import Engine

/// Describes in plain words what happens to a node, and leaves out repetitions.
struct TranscriptWords {
  private var digests: [Digest] = []
  private var configurations: [Digest] = []
  private var lastHeard: [String: String] = [:]
  private var lastSaid: [Int: String] = [:]
  private var hasLease: Set<Int> = []
  private var kinds: [String: String] = [:]
  private var toldOnce: Set<String> = []
  private var again = TranscriptRepeats()
  private var lines: [String] = []

  mutating func lines(for record: TestFarm.Record, of farm: TestFarm) -> [String] {
    lines = []
    let node = record.node
    read(record.input, record, node, farm)
    for action in record.actions {
      if case .notice(.duplicateNodeID) = action {
        // Raised with every heartbeat of the other machine.
        if !isNews("alarm \(node)", .alarms, of: node) { continue }
      }
      perform(action, node, farm)
    }
    let stamp = TranscriptWords.milliseconds(record.at)
    // With several nodes watched, each line names its node.
    let isOne = farm.machines.count { $0.isWatched } == 1
    let name = isOne ? "" : TranscriptWords.name(node, of: farm) + ": "
    return lines.map { "\(stamp)  \(name)\($0)" }
  }

  /// What was left out since the last call, counted: a line for each machine.
  mutating func repeats(of farm: TestFarm) -> [String] {
    again.take().map { "          \(TranscriptWords.name($0.machine, of: farm)) again: \($0.text)" }
  }

  /// Whether this has not been said yet; counts it otherwise.
  private mutating func isNews(_ line: String, _ kind: TranscriptRepeats.Kind, of machine: Int) -> Bool {
    if toldOnce.insert(line).inserted { return true }
    again.count(kind, of: machine)
    return false
  }

  static func milliseconds(_ at: Instant) -> String {
    let tenths = (at.nanoseconds + 50_000) / 100_000
    let text = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(0, 8 - text.count)) + text
  }

  static func name(_ index: Int, of farm: TestFarm) -> String {
    index >= farm.machines[0].settings.nodeCount ? "twin" : "node\(index + 1)"
  }

  static func list(_ set: BucketSet) -> String {
    if set.isEmpty { return "nothing" }
    return (0..<set.capacity).filter { set.contains(Bucket($0)) }.map(String.init).joined(separator: " ")
  }

  static func list(_ set: NodeSet) -> String {
    set.isEmpty ? "nobody" : set.map { "node\($0.index + 1)" }.joined(separator: " ")
  }

  /// Digests become letters, in the order in which they are first met.
  mutating func view(_ digest: Digest) -> String {
    if digest.rawValue == 0 { return "-" }
    if digest.rawValue == 0xdead { return "Z" }
    if !digests.contains(digest) { digests.append(digest) }
    let at = digests.firstIndex(of: digest) ?? 0
    return String(UnicodeScalar(UInt8(65 + at % 25)))
  }

  private mutating func configuration(_ digest: Digest) -> String {
    if !configurations.contains(digest) { configurations.append(digest) }
    return "configuration \(configurations.firstIndex(of: digest).map { $0 + 1 } ?? 0)"
  }

  mutating func meet(_ digest: Digest) { _ = configuration(digest) }

  private mutating func read(
    _ input: Input, _ record: TestFarm.Record, _ node: Int, _ farm: TestFarm
  ) {
    switch input {
    case .start: lines.append("starts")
    case .timer: break
    case .datagram(let datagram): hear(datagram, record.outcome, node, farm)
    case .committed(let number):
      if let kind = kinds["\(node) \(number.rawValue)"] {
        lines.append("the kernel confirms #\(number.rawValue): \(kind)")
      }
    case .commitFailed(let number):
      let kind = kinds["\(node) \(number.rawValue)"] ?? "lease"
      lines.append("the kernel refuses #\(number.rawValue): \(kind)")
    case .flows(_, let flows):
      let buckets = flows.outside == 0 ? "" : " in \(TranscriptWords.list(flows.bucketsOutside))"
      lines.append("tracks \(flows.inside) flows inside its buckets, \(flows.outside) outside\(buckets)")
    case .command(let command): lines.append("is told: \(TranscriptWords.words(command))")
    case .keyWithdrawn: lines.append("accepts the old key no more")
    case .unauthenticated(let node):
      lines.append("hears what its key does not explain from node\(node.index + 1)")
    case .gateway(let isReachable): lines.append("the gateway \(isReachable ? "answers" : "is silent")")
    case .frames(let arrive): lines.append(arrive ? "frames arrive again" : "no frame arrives any more")
    case .addressTaken: lines.append("another machine answers for its address")
    case .health(let isHealthy): lines.append("the application is \(isHealthy ? "well" : "ill")")
    }
  }

  private static func words(_ command: Command) -> String {
    switch command {
    case .stop: "stop"
    case .leave: "leave"
    case .drain(let deadline, let isForced):
      "drain" + (deadline.map { " within \($0.nanoseconds / 1_000_000) ms" } ?? "")
        + (isForced ? ", whatever happens" : "")
    case .resume: "resume"
    case .setWeight(_, let weight): "weight \(weight)"
    case .stage: "stage a configuration"
    }
  }

  private mutating func hear(
    _ datagram: Datagram, _ outcome: Outcome, _ node: Int, _ farm: TestFarm
  ) {
    guard let reader = try? HeartbeatReader(datagram.bytes) else { return }
    let isRelayed = datagram.from != reader.sender
    var said = statement(reader)
    if outcome == .foreignConfiguration { said += "  (not of its own configuration: ignored)" }
    if outcome == .stale || outcome == .ownEcho { return again.count(.ignores, of: node) }
    let key = "\(node) \(reader.sender.rawValue)"
    if lastHeard[key] == said { return again.count(.hears, of: node) }
    lastHeard[key] = said
    let by = isRelayed ? " through node\(datagram.from.index + 1)" : ""
    lines.append("hears node\(reader.sender.index + 1)\(by): \(said)")
  }

  private mutating func statement(_ reader: HeartbeatReader) -> String {
    var text = "\(reader.status.name)"
    for i in 0..<reader.groupCount {
      let claim = reader.group(at: i)
      text += ", claims \(TranscriptWords.list(reader.buckets(of: claim)))"
      if claim.weight != GroupSettings.defaultWeight { text += ", weight \(claim.weight)" }
      if claim.flowsOutside > 0 {
        text +=
          ", \(claim.flowsOutside) flows outside in \(TranscriptWords.list(reader.bucketsShown(of: claim)))"
      }
    }
    text += ", view \(view(reader.viewDigest))"
    if configurations.count > 1 { text += ", \(configuration(reader.configuration))" }
    if let staged = reader.stagedConfiguration { text += ", staged \(configuration(staged))" }
    if reader.receivesNothing { text += ", receives nothing" }
    if reader.overridesHoldDown { text += ", resumed whoever holds it down" }
    if !reader.heldDown.isEmpty { text += ", holds down \(TranscriptWords.list(reader.heldDown))" }
    return text
  }

  private mutating func perform(_ action: Action, _ node: Int, _ farm: TestFarm) {
    switch action {
    case .send(let transmission):
      guard let reader = try? HeartbeatReader(transmission.bytes) else { return }
      if transmission.isRelayed {
        let to = transmission.to.map { "node\($0.index + 1)" } ?? "all"
        let line = "repeats the heartbeats of node\(reader.sender.index + 1) to \(to) from now on"
        if isNews("\(node) \(line)", .relays, of: node) { lines.append(line) }
        return
      }
      let said = statement(reader)
      if lastSaid[node] == said { return again.count(.says, of: node) }
      lastSaid[node] = said
      lines.append("says: \(said)")
    case .commit(let commit):
      var kind = "accept \(TranscriptWords.list(commit.owned[0]))"
      if !commit.resets[0].isEmpty {
        kind += ", reset unknown segments of \(TranscriptWords.list(commit.resets[0]))"
      }
      if commit.settings != nil { kind += ", under the new configuration" }
      kinds["\(node) \(commit.number.rawValue)"] = kind
      lines.append("asks the kernel #\(commit.number.rawValue): \(kind)")
    case .renewLease(let number, let length):
      if hasLease.insert(node).inserted {
        let kind = "a lease of \(length.nanoseconds / 1_000_000) ms, renewed each tick"
        kinds["\(node) \(number.rawValue)"] = kind
        lines.append("asks the kernel #\(number.rawValue): \(kind)")
      } else {
        again.count(.renews, of: node)
      }
    case .endLease(let number):
      hasLease.remove(node)
      let kind = "no lease, forget tracked flows"
      kinds["\(node) \(number.rawValue)"] = kind
      lines.append("asks the kernel #\(number.rawValue): \(kind)")
    case .wake: break
    case .notice(let notice): lines.append("* " + words(notice))
    }
  }

  private mutating func words(_ notice: Notice) -> String {
    switch notice {
    case .status(let status, let from): "\(from.name) -> \(status.name)"
    case .view(let members, let serving, let digest, let epoch):
      "view \(view(digest)): \(TranscriptWords.list(members))"
        + (serving == members ? "" : ", serving \(TranscriptWords.list(serving))")
        + " (epoch \(epoch.rawValue))"
    case .removed(let node): "node\(node.index + 1) is removed: nobody hears it"
    case .left(let node): "node\(node.index + 1) left by its own word"
    case .joined(let node): "node\(node.index + 1) joined"
    case .returned(let node): "node\(node.index + 1) is back in the same life"
    case .claimed(_, let count, let reason):
      switch reason {
      case .takeOver: "claims \(count): their claimant is gone"
      case .handOver: "claims \(count): they were handed over"
      case .unclaimed: "claims \(count): nobody claims them"
      }
    case .released(_, let count): "releases \(count)"
    case .paused(let late): "stood still for \(late.nanoseconds / 1_000_000) ms"
    case .commitFailed(let number): "commit #\(number.rawValue) failed"
    case .leaseLost: "the lease is lost"
    case .duplicateNodeID: "ALARM: another machine has this id"
    case .sharedNodeID(let node): "ALARM: two machines use the id of node\(node.index + 1)"
    case .deaf(let node): "node\(node.index + 1) is deaf by its own word"
    case .configurationStaged(let digest): "staged \(configuration(digest))"
    case .configurationSwitched(let digest): "switched to \(configuration(digest))"
    case .unauthenticated(let node): "cannot authenticate what comes from node\(node.index + 1)"
    case .setBack(let more):
      more == 0 ? "was set back: others know a later life of it" : "was set back by \(more) heartbeats"
    case .stale(let node): "ALARM: old heartbeats of node\(node.index + 1) come again and again"
    case .configurationMismatch(let digest, _): "hears \(configuration(digest)), which is not its own"
    case .refused(let why):
      switch why {
      case .lastNodeUp: "refused: it is the last node up"
      case .notRunning: "refused: not running"
      case .invalidSettings: "refused: invalid settings"
      case .weightOutOfRange: "refused: weight out of range"
      }
    case .drained(let cut): "drained, \(cut) flows cut"
    case .heldDown(let by): "held down by \(TranscriptWords.list(by))"
    case .resumed(let members):
      "goes on as the daemon before it, in the view of \(TranscriptWords.list(members))"
    case .resumptionRefused(let why):
      switch why {
      case .leaseOver: "cannot go on: the lease is over"
      case .otherSettings: "cannot go on: these are not the settings that were in force"
      case .noLease: "cannot go on: there is no lease"
      case .filterUnknown: "cannot go on: the kernel holds something else"
      }
    case .caughtUp(let missing):
      "has heard everyone" + (missing.isEmpty ? "" : " but \(TranscriptWords.list(missing))")
    }
  }
}
