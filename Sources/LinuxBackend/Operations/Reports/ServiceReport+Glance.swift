import Engine
import FarmFile

extension ServiceReport {
  /// What a driver's node says about its service.
  init(_ seen: DriverGlance, names: FarmNames) {
    guard let obstacle = seen.obstacle else {
      self.init(seen.standing, of: seen.setup, names)
      return
    }
    var text = names.text(of: obstacle, at: seen.at)
    var until = obstacle.until
    switch obstacle {
    case .otherConfiguration(let nodes):
      let others = seen.differences.filter { nodes.contains($0.node) && !$0.isStaged }
      if let told = names.together(others) { text = told }
    case .heldDown(let holders):
      until = seen.holdEnd(by: holders)
      if let until { text += ", for another \(FarmNames.text(until - seen.at))" }
    case .noLease(isRefused: true):
      if let reason = seen.refusal { text += ": \(reason)" }
    default: break
    }
    self.init(
      serves: false, reason: "\(obstacle.reason.name)", text: text, nodes: obstacle.nodes.map(names.name),
      secondsLeft: until.map { Double(max(0, ($0 - seen.at).nanoseconds)) / 1e9 })
  }

  private init(_ standing: Standing, of setup: DriverSetup, _ names: FarmNames) {
    let own = standing.groups.reduce(0) { $0 + $1.own.count }
    let all = setup.farm.settings.ownershipGroups.reduce(0) { $0 + $1.bucketCount }
    var text = "serves \(own) of \(all) buckets"
    if standing.isCatchingUp {
      text += ", as the daemon before it did; it decides again once it has heard all others"
    }
    if standing.status == .draining { text += " until others have taken them" }
    if standing.status == .detached { text += ", though the service network does not carry its heartbeats" }
    self.init(serves: true, text: text)
  }

  /// Adds the checks that fail.
  mutating func add(_ health: CheckerReport) {
    guard reason == "\(ServiceObstacle.Reason.unhealthy.name)" else { return }
    let failing = health.checkers.filter { !$0.isWell }.map { check in
      check.reason.map { "\(check.name) (\($0))" } ?? check.name
    }
    if !failing.isEmpty { text = "check fails: \(failing.joined(separator: ", "))" }
    if failing.isEmpty, !health.isHeldOut { text = "its checks have not all succeeded yet" }
    if health.isHeldOut { text += "; held out of service until 'farmd resume'" }
  }
}

extension DriverGlance {
  /// When so few nodes still hold this node down that it may serve, as far as they have told; `nil` if one has not. By
  /// the engine's rule, more than half of the members can hold it down.
  fileprivate func holdEnd(by holders: NodeSet) -> Instant? {
    let ends = holders.compactMap { heard.holdEnds(by: $0, of: setup.node) }.sorted()
    guard ends.count == holders.count else { return nil }
    var members = 0
    for (i, member) in standing.members.enumerated() where i != setup.node.index {
      switch member.status {
      case .up, .draining, .detached: members += 1
      default: break
      }
    }
    // The end of the hold that leaves only half of the members.
    let index = holders.count - members / 2 - 1
    return ends.indices.contains(index) ? ends[index] : ends.last
  }
}

extension DifferenceReport {
  init(_ difference: PeerDifference, names: FarmNames) {
    self.init(
      node: names.name(difference.node), digest: difference.digest.hex, isStaged: difference.isStaged,
      keys: difference.keys?.map { Key(key: $0.path, here: $0.here, there: $0.there) },
      text: names.text(of: difference, nodes: NodeSet(difference.node)))
  }
}
