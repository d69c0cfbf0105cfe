extension HeartbeatSettings {
  /// Adds every field that is out of its range. - Returns: whether none is.
  func rangeProblems(into problems: inout [SettingsProblem]) -> Bool {
    let before = problems.count
    problems.require(interval, in: Limits.interval, .heartbeat(.interval))
    problems.require(misses, in: Limits.misses, .heartbeat(.misses))
    problems.require(margin, in: Limits.margin, .heartbeat(.margin))
    problems.require(jitterPermille, in: Limits.jitterPermille, .heartbeat(.jitter))
    problems.require(delayBound, in: Limits.delayBound, .heartbeat(.delayBound))
    problems.require(commitBound, in: Limits.commitBound, .heartbeat(.commitBound))
    return problems.count == before
  }

  /// Adds what contradicts something else. - Precondition: every field is in its range.
  func relationProblems(hasPeers: Bool, into problems: inout [SettingsProblem]) {
    // The k-th heartbeat after the last one heard may come kT + delta later, and must still count.
    problems.require(
      margin >= delayBound, .heartbeat(.margin), seen: margin.unitText,
      expected: "at least the delay bound, \(delayBound.unitText)")
    // A renewal is asked for once an interval and may take as long as a commit.
    if leasePolicy != .none {
      problems.require(
        lease > interval + commitBound, .heartbeat(.misses),
        seen: "\(misses), a lease of \(lease.unitText)",
        expected:
          "a lease (misses - 1) interval + margin above interval + commit bound, \((interval + commitBound).unitText)"
      )
    }
    // Our heartbeat may wait an interval for its turn after the peer's last one. The peer's next one, which
    // echoes it, may wait another. Each travels up to delta. A node whose lease is shorter isolates itself.
    let echo = 2 * (interval + delayBound)
    if hasPeers {
      problems.require(
        lease > echo, .heartbeat(.misses), seen: "\(misses), a lease of \(lease.unitText)",
        expected:
          "a lease (misses - 1) interval + margin above 2 interval + 2 delay bound, \(echo.unitText), the age of an echo; otherwise nodes fence themselves"
      )
    }
  }
}
