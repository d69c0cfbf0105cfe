import Engine
import FarmFile

/// How the nodes, networks and groups of a fault are called: in full in the story of a run, in short in its report.
protocol FaultNames {
  func list(_ nodes: NodeSet) -> String
  func list(_ networks: NetworkSet) -> String
  func name(_ group: GroupID) -> String
  /// One side of a cut.
  func side(_ nodes: NodeSet) -> String
  /// How many nodes the run has.
  var nodeCount: Int { get }
}

/// A fault in an operator's words, as a sentence without its full stop: what happens, and what happened.
///
/// Every kind has its four sentences here, side by side: its beginning and its end, in the present for the story and in
/// the past for reports. Each is for one node or for several.
struct FaultWords<Names: FaultNames> {
  let names: Names
  let tense: Tense

  enum Tense {
    case present, past
  }

  func sentence(_ kind: FaultKind, isEnd: Bool) -> String {
    let (who, are) = (names.list(kind.nodes), kind.nodes.count > 1)
    let (isAre, wasWere) = (are ? "are" : "is", are ? "were" : "was")
    /// One of the four sentences.
    func say(
      _ begins: @autoclosure () -> String, ends: @autoclosure () -> String,
      began: @autoclosure () -> String, ended: @autoclosure () -> String
    ) -> String {
      switch (tense, isEnd) {
      case (.present, false): begins()
      case (.present, true): ends()
      case (.past, false): began()
      case (.past, true): ended()
      }
    }
    /// `the daemon of node1 stops`, `the daemons of node1 and node2 stop`
    func the(_ thing: String, _ one: String, _ many: String) -> String {
      "the \(thing)\(are ? "s" : "") of \(who) \(are ? many : one)"
    }
    /// `node1’s daemon stopped`, `the daemons of node1 and node2 stopped`
    func its(_ thing: String, _ words: String) -> String {
      (are ? "the \(thing)s of \(who) " : "\(who)’s \(thing) ") + words
    }
    let filter = "\(are ? "their kernel filters go" : "its kernel filter goes") on"
    switch kind {
    case .crash:
      return say(
        "\(who) \(are ? "lose" : "loses") power", ends: "\(who) \(isAre) started again",
        began: "\(who) lost power", ended: "\(who) came back")
    case .restart:
      return say(
        "\(who) \(isAre) started again", ends: "\(who) \(isAre) started again",
        began: "\(who) came back", ended: "\(who) came back")
    case .stop:
      return say(
        the("daemon", "is stopped", "are stopped"),
        ends: the("daemon", "is started again", "are started again"),
        began: its("daemon", "\(wasWere) stopped"), ended: its("daemon", "\(wasWere) started again"))
    case .leave:
      return say(
        "\(who) \(isAre) told to leave", ends: "\(who) \(isAre) started again",
        began: "\(who) left", ended: "\(who) came back")
    case .drain:
      return say(
        "\(who) \(isAre) told to drain", ends: "\(who) \(isAre) told to resume",
        began: "\(who) began to drain", ended: "\(who) \(wasWere) resumed")
    case .resume:
      return say(
        "\(who) \(isAre) told to resume", ends: "\(who) \(isAre) told to resume",
        began: "\(who) \(wasWere) resumed", ended: "\(who) \(wasWere) resumed")
    case .pause:
      return say(
        "\(who) \(are ? "stand" : "stands") still, kernel and all", ends: "\(who) \(are ? "go" : "goes") on",
        began: "\(who) stood still", ended: "\(who) ran on")
    case .stall:
      return say(
        the("daemon", "stands still, \(filter)", "stand still, \(filter)"),
        ends: the("daemon", "goes on", "go on"),
        began: its("daemon", "stalled"), ended: its("daemon", "ran on"))
    case .kill:
      return say(
        the("daemon", "is killed, \(filter)", "are killed, \(filter)"),
        ends: the("daemon", "is started again", "are started again"),
        began: its("daemon", "\(wasWere) killed"), ended: its("daemon", "\(wasWere) started again"))
    case .upgrade:
      return say(
        the("daemon", "is taken away for an upgrade, \(filter)", "are taken away for an upgrade, \(filter)"),
        ends: are ? "new daemons of \(who) take over" : "a new daemon of \(who) takes over",
        began: its("daemon", "\(wasWere) taken away for an upgrade"),
        ended: its("daemon", "\(wasWere) replaced"))
    case .loss(let on, let up, let down, let at):
      return say(
        lossIs(on, up, down, at), ends: "loss on \(names.list(on)) is back to normal",
        began: lossBegan(on, up, down, at), ended: "the loss on \(names.list(on)) ended")
    case .delay(let on, let delay):
      return say(
        "delay on \(names.list(on)) is now \(text(delay))",
        ends: "delay on \(names.list(on)) is back to normal",
        began: "the delay of \(names.list(on)) changed",
        ended: "the delay of \(names.list(on)) was normal again")
    case .oneWayCut(let from, let to, let on):
      return say(
        "frames from \(names.list(from)) do not reach \(names.list(to)) on \(names.list(on))",
        ends: "\(names.list(on)) is whole again",
        began: "\(names.list(to)) no longer heard \(names.list(from)) on \(names.list(on))",
        ended: "\(names.list(to)) heard \(names.list(from)) again")
    case .pairCut(let a, let b, let on):
      return say(
        "\(sides([a, b])) do not hear each other on \(names.list(on))",
        ends: "\(names.list(on)) is whole again",
        began: "\(sides([a, b])) no longer heard each other on \(names.list(on))",
        ended: "\(sides([a, b])) heard each other again")
    case .partition(let named, let on):
      let all = sides(FaultKind.sides(named, of: names.nodeCount))
      return say(
        "\(names.list(on)) splits into \(all)", ends: "\(names.list(on)) is whole again",
        began: "\(names.list(on)) split into \(all)", ended: "\(names.list(on)) was whole again")
    case .bridge(let a, let b, let by, let on):
      return say(
        "\(names.list(on)) splits into \(sides([a, b])), both heard by \(names.list(by)) alone",
        ends: "\(names.list(on)) is whole again",
        began: "\(names.list(on)) split into \(sides([a, b])), both heard by \(names.list(by))",
        ended: "\(names.list(on)) was whole again")
    case .networkDown(let on):
      return say(
        "\(names.list(on)) is down", ends: "\(names.list(on)) is up again",
        began: "\(names.list(on)) went down", ended: "\(names.list(on)) was up again")
    case .interfaceDown(_, let on):
      return say(
        "\(who): interface to \(names.list(on)) down",
        ends: "\(who): interface to \(names.list(on)) up again",
        began: its("interface", "to \(names.list(on)) went down"),
        ended: its("interface", "to \(names.list(on)) came up again"))
    case .blockHeartbeats(_, let direction, let on):
      let those = "heartbeats \(direction.words) \(names.list(on))"
      return say(
        the("firewall", "drops \(those)", "drop \(those)"),
        ends: the("firewall", "lets heartbeats pass", "let heartbeats pass"),
        began: its("firewall", "began to drop \(those)"), ended: its("firewall", "let heartbeats pass again"))
    case .commitFailure:
      return say(
        the("kernel", "refuses every commit", "refuse every commit"),
        ends: the("kernel", "takes commits again", "take commits again"),
        began: its("kernel", "began to refuse commits"), ended: its("kernel", "accepted commits again"))
    case .weight(_, let group, let weight):
      let own = "weight in \(names.name(group))"
      return say(
        "\(who): \(own) is now \(weight)", ends: "\(who): \(own) is the configured one again",
        began: its("weight", "in \(names.name(group)) became \(weight)"),
        ended: its("weight", "in \(names.name(group)) was restored"))
    case .reload(_, let reload):
      let reads = "\(who) \(are ? "read" : "reads") the farm file again"
      return say(
        "\(reads), \(reload.words() ?? FaultWords.unchanged)", ends: reads,
        began: reloaded(who, are, reload), ended: reloaded(who, are, reload))
    case .applicationCrash:
      return say(
        the("application", "crashes", "crash"),
        ends: "nothing keeps the application\(are ? "s" : "") of \(who) from starting any more",
        began: its("application", "crashed"), ended: its("application", "could start again"))
    case .applicationHang:
      return say(
        the("application", "hangs", "hang"), ends: the("application", "goes on", "go on"),
        began: its("application", "hung"), ended: its("application", "no longer hung"))
    case .applicationSlow(_, let delay):
      let time = Readable.setting(delay)
      return say(
        the("application", "answers \(time) later", "answer \(time) later"),
        ends: the("application", "is as fast as before", "are as fast as before"),
        began: its("application", "became \(time) slower"),
        ended: its("application", "\(wasWere) as fast as before"))
    }
  }

  // MARK: Parts of sentences

  /// `node1 and {node2, node3}`
  private func sides(_ sets: [NodeSet]) -> String { PlainText.list(sets.map { names.side($0) }) }

  private static var unchanged: String { "as it was at the start" }

  private func reloaded(_ who: String, _ are: Bool, _ reload: Reload) -> String {
    // A title has no room for more changes of a file.
    let words = reload.words(atMost: 3) ?? FaultWords.unchanged
    return "\(who) reloaded \(are ? "their" : "its") farm file \(words)"
  }

  private func lossIs(_ on: NetworkSet, _ up: LossModel?, _ down: LossModel?, _ at: NodeSet) -> String {
    let whom = at.isEmpty ? "" : " at \(names.list(at))"
    let ways = [up.map { "\(text($0)) as sent" }, down.map { "\(text($0)) as received" }].compactMap { $0 }
    return "loss on \(names.list(on))\(whom) is now \(ways.joined(separator: ", "))"
  }

  private func lossBegan(_ on: NetworkSet, _ up: LossModel?, _ down: LossModel?, _ at: NodeSet) -> String {
    var shares: [String] = []
    let (who, isOne) = (names.list(at), at.count == 1)
    if let up, let text = share(up) {
      shares.append("\(text) \(at.isEmpty ? "at the senders" : "of what \(who) \(isOne ? "sends" : "send")")")
    }
    if let down, let text = share(down) {
      shares.append(
        "\(text) \(at.isEmpty ? "at every receiver" : "of what \(who) \(isOne ? "receives" : "receive")")")
    }
    let what = shares.isEmpty ? "no frames" : "frames (\(shares.joined(separator: ", ")))"
    return "\(names.list(on)) began to lose \(what)"
  }

  private func share(_ loss: LossModel) -> String? {
    switch loss {
    case .none: nil
    case .independent(let p): Readable.percent(p)
    case .gilbertElliott: "bursts"
    }
  }

  private func text(_ loss: LossModel) -> String {
    switch loss {
    case .none: "none"
    case .independent(let p): percent(p)
    case .gilbertElliott(let enter, let leave, let good, let bad):
      "bursts (\(percent(good)) good, \(percent(bad)) bad, \(percent(enter)) in, \(percent(leave)) out)"
    }
  }

  private func text(_ delay: DelayModel) -> String {
    switch delay {
    case .constant(let d): Readable.setting(d)
    case .uniform(let a, let b): "\(Readable.setting(a)) to \(Readable.setting(b))"
    case .normal(let mean, let sd): "\(Readable.setting(mean)) on average, deviation \(Readable.setting(sd))"
    case .lognormal(let median, let sigma): "\(Readable.setting(median)) at the median, sigma \(sigma)"
    }
  }

  private func percent(_ p: Double) -> String {
    let thousandths = Int((p * 100_000).rounded())
    return thousandths % 1000 == 0 ? "\(thousandths / 1000) %" : "\(Double(thousandths) / 1000) %"
  }
}

extension FirewallDirection {
  /// The words before the name of a network.
  fileprivate var words: String {
    switch self {
    case .into: "from"
    case .out: "to"
    case .both: "from and to"
    }
  }
}
