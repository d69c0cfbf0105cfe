/// What is counted since the start of a run; measures are differences of two of these.
struct TrafficCounts: BitwiseCopyable, Sendable {
  var opened = 0
  var kept = 0
  var broken = 0
  var brokenOutside = 0
  var reset = 0
  var resetOutside = 0
  var connectsFailed = 0
  var connectsReset = 0
  var connectsRefused = 0
  var requestsFailed = 0
  var sessionsMoved = 0
  var flowsMoved = 0
  var sent = 0
  var lost = 0
  var twice = 0

  static func - (a: TrafficCounts, b: TrafficCounts) -> TrafficCounts {
    TrafficCounts(
      opened: a.opened - b.opened, kept: a.kept - b.kept, broken: a.broken - b.broken,
      brokenOutside: a.brokenOutside - b.brokenOutside, reset: a.reset - b.reset,
      resetOutside: a.resetOutside - b.resetOutside, connectsFailed: a.connectsFailed - b.connectsFailed,
      connectsReset: a.connectsReset - b.connectsReset,
      connectsRefused: a.connectsRefused - b.connectsRefused,
      requestsFailed: a.requestsFailed - b.requestsFailed,
      sessionsMoved: a.sessionsMoved - b.sessionsMoved, flowsMoved: a.flowsMoved - b.flowsMoved,
      sent: a.sent - b.sent, lost: a.lost - b.lost,
      twice: a.twice - b.twice)
  }
}
