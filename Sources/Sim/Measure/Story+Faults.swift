import Engine
import FarmFile

/// The lines for the beginnings and ends of faults, in words for one or several nodes.
extension Story {
  /// A fault begins or ends.
  /// - Parameter starts: the state of the nodes that it starts; `nil` if its description does not depend on it.
  mutating func fault(_ kind: FaultKind, isEnd: Bool, starts: NodeStarts?, at now: Instant) {
    guard isKept else { return }
    func say(_ nodes: NodeSet, _ text: String) {
      if nodes.isEmpty && !kind.nodes.isEmpty { return }
      add(now, nodes.count == 1 ? nodes.first : nil, .fault, text)
    }
    let isPlain = if case .reload = kind { starts?.running.isEmpty != false } else { starts == nil }
    guard !isPlain, let starts else { return say(kind.nodes, isEnd ? ending(kind) : beginning(kind)) }
    let (running, are, _) = subject(starts.running)
    switch kind {
    case .reload:
      if let own = kind.of(starts.running) { say(starts.running, beginning(own)) }
      return
    case .restart:
      say(starts.running, "\(running) \(are ? "are" : "is") told to start, but still \(are ? "run" : "runs")")
    case .drain: say(starts.running, "\(running) \(are ? "are" : "is") told to resume")
    default: say(starts.running, "\(running) \(are ? "run" : "runs") already")
    }
    for (nodes, word) in [(starts.new, "started"), (starts.others, "started again")] {
      say(nodes, "\(list(nodes)) \(nodes.count > 1 ? "are" : "is") \(word)")
    }
  }

  private func beginning(_ kind: FaultKind) -> String {
    let (who, are, their) = subject(kind.nodes)
    let areIs = are ? "are" : "is"
    let kernel = "\(their) kernel \(are ? "filters go" : "filter goes") on"
    func the(_ thing: String) -> String { "the \(thing)\(are ? "s" : "")" }
    switch kind {
    case .crash: return "\(who) \(are ? "lose" : "loses") power"
    case .restart: return "\(who) \(are ? "are" : "is") started again"
    case .stop: return "\(the("daemon")) of \(who) \(areIs) stopped"
    case .leave: return "\(who) \(are ? "are" : "is") told to leave"
    case .drain: return "\(who) \(are ? "are" : "is") told to drain"
    case .resume: return "\(who) \(are ? "are" : "is") told to resume"
    case .pause: return "\(who) \(are ? "stand" : "stands") still, kernel and all"
    case .stall: return "\(the("daemon")) of \(who) \(are ? "stand" : "stands") still, \(kernel)"
    case .kill: return "\(the("daemon")) of \(who) \(areIs) killed, \(kernel)"
    case .upgrade: return "\(the("daemon")) of \(who) \(areIs) taken away for an upgrade, \(kernel)"
    case .loss(let on, let up, let down, let at):
      let whom = at.isEmpty ? "" : " at \(list(at))"
      let ways = [up.map { "\(text($0)) as sent" }, down.map { "\(text($0)) as received" }].compactMap { $0 }
      return "loss on \(list(on))\(whom) is now \(ways.joined(separator: ", "))"
    case .delay(let on, let delay): return "delay on \(list(on)) is now \(text(delay))"
    case .oneWayCut(let from, let to, let on):
      return "frames from \(list(from)) do not reach \(list(to)) on \(list(on))"
    case .pairCut(let a, let b, let on):
      return "\(part(a)) and \(part(b)) do not hear each other on \(list(on))"
    case .partition(let sides, let on):
      return
        "\(list(on)) splits into \(PlainText.list(FaultKind.sides(sides, of: nodeCount).map { part($0) }))"
    case .bridge(let a, let b, let by, let on):
      return "\(list(on)) splits into \(part(a)) and \(part(b)), both heard by \(list(by)) alone"
    case .networkDown(let on): return "\(list(on)) is down"
    case .interfaceDown(let nodes, let on): return "\(list(nodes)): interface to \(list(on)) down"
    case .blockHeartbeats(_, let direction, let on):
      return
        "\(the("firewall")) of \(who) \(are ? "drop" : "drops") heartbeats \(direction.words) \(list(on))"
    case .commitFailure: return "\(the("kernel")) of \(who) \(are ? "refuse" : "refuses") every commit"
    case .applicationCrash: return "\(the("application")) of \(who) \(are ? "crash" : "crashes")"
    case .applicationHang: return "\(the("application")) of \(who) \(are ? "hang" : "hangs")"
    case .applicationSlow(_, let delay):
      return "\(the("application")) of \(who) \(are ? "answer" : "answers") \(Readable.setting(delay)) later"
    case .weight(_, let group, let weight): return "\(who): weight in \(name(group)) is now \(weight)"
    case .reload(_, let reload):
      let words = reload.words() ?? "as it was at the start"
      return "\(who) \(are ? "read" : "reads") the farm file again, \(words)"
    }
  }

  private func ending(_ kind: FaultKind) -> String {
    let (who, are, _) = subject(kind.nodes)
    let areIs = are ? "are" : "is"
    func the(_ thing: String) -> String { "the \(thing)\(are ? "s" : "")" }
    switch kind {
    case .kill, .stop: return "\(the("daemon")) of \(who) \(areIs) started again"
    case .crash, .leave, .restart: return "\(who) \(are ? "are" : "is") started again"
    case .upgrade: return are ? "new daemons of \(who) take over" : "a new daemon of \(who) takes over"
    case .drain, .resume: return "\(who) \(are ? "are" : "is") told to resume"
    case .pause: return "\(who) \(are ? "go" : "goes") on"
    case .stall: return "\(the("daemon")) of \(who) \(are ? "go" : "goes") on"
    case .loss(let on, _, _, _): return "loss on \(list(on)) is back to normal"
    case .delay(let on, _): return "delay on \(list(on)) is back to normal"
    case .oneWayCut(_, _, let on), .pairCut(_, _, let on), .partition(_, let on), .bridge(_, _, _, let on):
      return "\(list(on)) is whole again"
    case .networkDown(let on): return "\(list(on)) is up again"
    case .interfaceDown(let nodes, let on): return "\(list(nodes)): interface to \(list(on)) up again"
    case .blockHeartbeats: return "\(the("firewall")) of \(who) \(are ? "let" : "lets") heartbeats pass"
    case .commitFailure: return "\(the("kernel")) of \(who) \(are ? "take" : "takes") commits again"
    case .applicationCrash: return "nothing keeps \(the("application")) of \(who) from starting any more"
    case .applicationHang: return "\(the("application")) of \(who) \(are ? "go" : "goes") on"
    case .applicationSlow: return "\(the("application")) of \(who) \(areIs) as fast as before"
    case .reload: return "\(who) \(are ? "read" : "reads") the farm file again"
    case .weight(_, let group, _): return "\(who): weight in \(name(group)) is the configured one again"
    }
  }

  /// A side of a cut: `node1`, `{node2, node3}`.
  private func part(_ nodes: NodeSet) -> String {
    nodes.count == 1 ? list(nodes) : "{\(nodes.map { name($0) }.joined(separator: ", "))}"
  }

  private func subject(_ nodes: NodeSet) -> (who: String, arePlural: Bool, their: String) {
    (list(nodes), nodes.count > 1, nodes.count > 1 ? "their" : "its")
  }

  private func text(_ loss: LossModel) -> String {
    switch loss {
    case .none: "none"
    case .independent(let p): Story.percent(p)
    case .gilbertElliott(let enter, let leave, let good, let bad):
      "bursts (\(Story.percent(good)) good, \(Story.percent(bad)) bad, "
        + "\(Story.percent(enter)) in, \(Story.percent(leave)) out)"
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

  private static func percent(_ p: Double) -> String {
    let thousandths = Int((p * 100_000).rounded())
    return thousandths % 1000 == 0 ? "\(thousandths / 1000) %" : "\(Double(thousandths) / 1000) %"
  }
}
