import Engine

/// The nodes' shares of each group, by weight or by priority, against which rebalances are measured.
///
/// It tracks the weights in force: the configured ones, those that faults set at run time, and those of a reload. In a
/// group with a priority all buckets are due to the first node in service. ``due(_:loads:)`` turns shares and loads
/// into the amounts that evenness is measured against, and ``minimum(before:_:after:offsets:isWeightChange:)`` gives
/// the fewest buckets that had to move.
struct Shares: Sendable {
  /// By space (``BucketSpaces``): the policy and, by node, the runtime weight in force.
  private(set) var policies: [GroupPolicy]
  private(set) var weights: [[UInt64]]
  /// The weights of the settings.
  private var configured: [[UInt64]]
  /// The nodes in service: all of a group with a priority is due to the first of them.
  var inService = NodeSet(first: 64)

  init(_ settings: Settings, nodeCount: Int? = nil) {
    let groups = settings.ownershipGroups
    policies = groups.map(\.policy)
    weights = groups.map { Shares.weights(of: $0, settings, nodeCount ?? settings.nodeCount) }
    configured = weights
  }

  /// By node, the configured weight; 0 for nodes that are not configured.
  private static func weights(of group: GroupSettings, _ settings: Settings, _ nodeCount: Int)
    -> [UInt64]
  {
    (0..<nodeCount).map { $0 < settings.nodeCount ? UInt64(group.weight(of: NodeID($0))) : 0 }
  }

  /// The shares of all spaces of several configurations, with the weights of the first that has each.
  init(_ configurations: [Settings], _ spaces: BucketSpaces, nodeCount: Int) {
    self.init(configurations[0], nodeCount: nodeCount)
    for (c, settings) in configurations.enumerated() {
      for (g, s) in spaces.spaces(of: c).enumerated() where s == policies.count {
        let group = settings.ownershipGroups[g]
        policies.append(group.policy)
        weights.append(Shares.weights(of: group, settings, nodeCount))
        configured.append(weights[s])
      }
    }
  }

  mutating func set(_ weight: UInt16, of node: NodeID, _ group: GroupID) {
    weights[group.index][node.index] = UInt64(weight)
  }

  /// A node has switched to other settings. A weight that was lowered at run time is not raised by that.
  mutating func take(_ settings: Settings, spaces: [Int]? = nil) {
    for (place, group) in settings.ownershipGroups.enumerated() {
      let g = spaces?[place] ?? place
      policies[g] = group.policy
      for n in weights[g].indices {
        let next = n < settings.nodeCount ? UInt64(group.weight(of: NodeID(n))) : 0
        weights[g][n] = weights[g][n] < configured[g][n] ? min(weights[g][n], next) : next
        configured[g][n] = next
      }
    }
  }

  /// Whether some group's buckets all go to one node, the first that is in service.
  var havePriority: Bool { policies.contains(.priority) }

  /// By group: each node's share by the weights in force, or all of it for the first node in service if the group has a
  /// priority; 0 for all if no weight is above 0.
  var fractions: [[Double]] { weights.indices.map { fractions(of: $0) } }

  private func fractions(of group: Int) -> [Double] {
    let weights = weights[group]
    if policies[group] == .priority {
      let listed = weights.indices.filter { weights[$0] > 0 }
      // With no node in service, all is due to the first of the list.
      let first = listed.first { inService.contains(NodeID($0)) } ?? listed.first
      return weights.indices.map { $0 == first ? 1 : 0 }
    }
    let sum = Double(weights.reduce(0, +))
    return weights.map { sum > 0 ? Double($0) / sum : 0 }
  }

  /// By node: the amount of the groups' loads that is due to it, against which evenness is measured; 1 for all nodes if
  /// nothing is due to any.
  ///
  /// Nothing is due to a node of weight 0, since it is not configured to serve. A node that is down has its share.
  /// - Parameters:
  ///   - fractions: by group, by node.
  ///   - loads: by group.
  static func due(_ fractions: [[Double]], loads: [Double]) -> [Double] { due(sum(fractions, loads: loads)) }

  /// The amounts by node, or 1 for all nodes if there are none.
  static func due(_ sums: [Double]) -> [Double] { sums.contains { $0 > 0 } ? sums : sums.map { _ in 1 } }

  /// By node: the sum of its shares of some loads.
  static func sum(_ fractions: [[Double]], loads: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: fractions.first?.count ?? 0)
    for (group, load) in zip(fractions, loads) {
      for n in sum.indices { sum[n] += group[n] * load }
    }
    return sum
  }

  /// By group: the nodes that own at least one bucket.
  static func serving(_ ownership: OwnershipMeter) -> [NodeSet] {
    (1..<ownership.offsets.count).map { g in
      var all: UInt64 = 0
      for i in ownership.offsets[g - 1]..<ownership.offsets[g] { all |= ownership.owners[i] }
      return NodeSet(bits: all)
    }
  }

  /// The fewest buckets that had to move. See ``RebalanceMeter``.
  func minimum(
    before: [UInt8], _ servingBefore: [NodeSet], after: [NodeSet], offsets: [Int], isWeightChange: Bool
  ) -> Int {
    var sum = 0
    for g in policies.indices {
      let buckets = before[offsets[g]..<offsets[g + 1]]
      var counts = [Int](repeating: 0, count: weights[g].count)
      for owner in buckets where owner != 255 { counts[Int(owner)] += 1 }
      let total = after[g].reduce(UInt64(0)) { $0 + weights[g][$1.index] }
      let count = UInt64(buckets.count)
      var orphans = 0
      var surplus = 0
      var gained = 0
      for n in counts.indices {
        let node = NodeID(n)
        if !after[g].contains(node) {
          orphans += counts[n]
          surplus += counts[n]
        } else if policies[g] == .priority {
          if !servingBefore[g].contains(node) { gained += buckets.count }
        } else if total > 0 {
          let share = count * weights[g][n]
          surplus += max(0, counts[n] - Int((share + total - 1) / total))
          if !servingBefore[g].contains(node) { gained += Int(share / total) }
        }
      }
      sum += isWeightChange ? surplus : max(orphans, gained)
    }
    return sum
  }
}
