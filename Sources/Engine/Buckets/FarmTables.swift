/// What all nodes of one configuration compute alike: target tables, times, and the plan of a heartbeat.
///
/// Building the preference lists is the costly part of making a node (see
/// ``TargetTable/init(group:nodeCount:)``), so the nodes of a simulated farm and the trials of a campaign
/// share one value.
public struct FarmTables: Sendable {
  public let settings: Settings
  let configuration: Digest
  let groups: [GroupSettings]
  let tables: [TargetTable]
  let timing: Timing
  let plan: HeartbeatPlan

  /// - Precondition: `settings.problems()` is empty.
  public init(_ settings: Settings) {
    self.settings = settings
    configuration = settings.digest
    groups = settings.ownershipGroups
    var tables: [TargetTable] = []
    for group in groups { tables.append(TargetTable(group: group, nodeCount: settings.nodeCount)) }
    self.tables = tables
    timing = Timing(settings.heartbeat)
    plan = HeartbeatPlan(settings)
  }
}
