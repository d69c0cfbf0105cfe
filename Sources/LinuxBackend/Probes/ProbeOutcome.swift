import Engine

/// How a probe ended, and what it saw, for the log.
struct ProbeOutcome: Sendable, Hashable {
  var result: ProbeResult
  /// `connection refused`, `status 500`, `exit code 1`; empty for a success.
  var reason: String

  static let ok = ProbeOutcome(result: .ok, reason: "")
  static let timedOut = ProbeOutcome(result: .timedOut, reason: "no answer in time")
  static func failed(_ reason: String) -> ProbeOutcome { ProbeOutcome(result: .failed, reason: reason) }
}
