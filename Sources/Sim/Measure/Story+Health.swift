import Engine
import FarmFile

extension Story {
  /// Takes a notice of a node's checkers.
  mutating func health(
    _ notice: HealthNotice, of node: NodeID, checkers: [Checker], at now: Instant
  ) {
    guard isKept else { return }
    let me = name(node)
    func check(_ checker: CheckerID) -> String { "the check '\(checkers[checker.index].name)' of \(me)" }
    switch notice {
    case .probeFailed, .performed, .acting: break
    case .failed(let checker, _): add(now, node, .alarm, "\(check(checker)) fails")
    case .recovered(let checker):
      if now > .zero + moment { add(now, node, .view, "\(check(checker)) succeeds") }
    case .performing(let command):
      add(now, node, .view, "the application of \(me) is \(Story.words(command))")
    case .heldOut(.checker(let checker)):
      add(now, node, .alarm, "\(me) stays out until it is resumed: \(check(checker)) says so")
    case .heldOut(.tooManyActions):
      add(now, node, .alarm, "\(me) stays out until it is resumed: it was restarted too often")
    case .resumed: add(now, node, .view, "\(me) is resumed: its application is looked at again")
    }
  }

  private static func words(_ command: ApplicationCommand) -> String {
    switch command {
    case .start: "started"
    case .stop: "stopped"
    case .restart: "restarted"
    }
  }
}
