extension Measure {
  /// Whether it counts flows, connects or requests and no client of the trials began any.
  func isIdle(in trials: [TrialResult]) -> Bool {
    let kinds: [(prefix: String, begun: Measure)] = [
      ("flows_", .flowsOpened), ("connects_", .connectsBegun), ("requests_", .requestsSent),
    ]
    guard let kind = kinds.first(where: { name.hasPrefix($0.prefix) }) else { return false }
    return trials.allSatisfy { $0[kind.begun]?.value ?? 0 == 0 }
  }
}
