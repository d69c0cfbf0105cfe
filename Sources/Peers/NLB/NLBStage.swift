/// Where a host is in a convergence:
/// `converging -> stable -> mapping -> settled -> converged`, and back to `converging` from anywhere.
///
/// Published are two phases, each followed by a stable time. The names of the second two are ours, and so are the raw
/// values, which stand in heartbeats.
/// - Source: KB 232997 for the course and its three seconds.
public enum NLBStage: UInt16, Sendable, Hashable, Comparable, CaseIterable, BitwiseCopyable {
  /// Phase 1: the hosts hear of each other and compare their rules and priorities.
  case converging = 1
  /// Nothing has changed for a while.
  case stable
  /// Phase 2: the hosts compare the new map.
  case mapping
  /// All have announced the same new map.
  case settled
  /// The new map is in force.
  case converged

  public static func < (a: NLBStage, b: NLBStage) -> Bool { a.rawValue < b.rawValue }

  public var name: StaticString {
    switch self {
    case .converging: "converging"
    case .stable: "stable"
    case .mapping: "mapping"
    case .settled: "settled"
    case .converged: "converged"
    }
  }
}

/// Why hosts converge, or cannot.
/// - Source: the WMI class `MicrosoftNLB_ConvergingEvent`, whose causes these are; event 20 of the driver for
///   ``duplicateSinglePriority``.
public enum NLBCause: UInt8, Sendable, Hashable, CaseIterable {
  case newMember, memberLost, modifiedRules, modifiedParameters
  /// Another host converges, and we do not know why.
  case unknown
  /// Two hosts have the same host priority: the convergence does not end.
  case duplicateHostID
  /// Two hosts have the same priority for a single-host rule: the convergence does not end.
  case duplicateSinglePriority
  /// The hosts have different rules: the convergence does not end.
  case differentRules

  public var text: StaticString {
    switch self {
    case .newMember: "a new member"
    case .memberLost: "a member was lost"
    case .modifiedRules: "rules were changed"
    case .modifiedParameters: "a weight or a drain was asked for"
    case .unknown: "another host converges"
    case .duplicateHostID: "two hosts have the same host priority"
    case .duplicateSinglePriority: "two hosts have the same priority for a single-host rule"
    case .differentRules: "the hosts have different rules"
    }
  }
}
