import Engine
import Sim

/// Draws mishaps, which happen besides the faults of a round.
///
/// A mishap that a daemon must repair comes while everything else is quiet, so that its bound is distinct from those of
/// faults. A mishap that a daemon must tolerate goes on during faults. A mishap that concerns a daemon's start brings a
/// kill of its own.
extension FaultDraw {
  static let mishaps = [
    "flush", "flush_own", "address_off", "foreign_table", "notrack", "replay", "forgery", "metrics",
    "full_disk",
    "read_only_disk", "short_path", "rollback", "foreign_claim",
  ]

  mutating func drawMishap(_ kind: String) -> Bool {
    switch kind {
    case "flush", "flush_own", "address_off": drawRepair(kind)
    case "full_disk", "read_only_disk", "rollback": drawStart(kind)
    case "short_path": drawShortPath()
    default: drawBurden(kind)
    }
  }

  /// Draws a repair half a settling time after the last fault, and as long before the next. The lab shortens longer
  /// waits between faults, which would move the two together. So there is at most one repair between two faults.
  private mutating func drawRepair(_ kind: String) -> Bool {
    let quiet = FaultDraw.quiet(scenario.farm.settings.heartbeat)
    let lastFault = faults.reduce(Duration.zero) { max($0, $1.until ?? $1.at) }
    let lastRepair = mishaps.last { $0.kind.needsRepair }?.at ?? .zero
    guard lastFault > lastRepair, let node = pick((0..<nodeCount).map { NodeID($0) }) else { return false }
    now = lastFault + quiet
    let mishap: Mishap.Kind =
      switch kind {
      case "flush": .flush(node)
      case "flush_own": .flushOwn(node)
      default: .addressOff(node)
      }
    mishaps.append(Mishap(kind: mishap, at: now))
    now += quiet
    return true
  }

  /// The quiet time around a repair, and from the last mishap to the end.
  static func quiet(_ heartbeat: HeartbeatSettings) -> Duration {
    Duration(nanoseconds: LabPlan.settleTime(heartbeat).nanoseconds / 2)
  }

  /// Draws a mishap together with a kill of the daemon, which is started again.
  private mutating func drawStart(_ kind: String) -> Bool {
    let limit = networkBusy > now ? mayBeAway : nodeCount - 1
    let free = (0..<nodeCount).map { NodeID($0) }.filter { nodeBusy[$0.index] <= now && $0 != core }
    guard nodeBusy.count(where: { $0 > now }) < limit, let node = pick(free) else { return false }
    let length = milliseconds(300, 1500)
    lasting(length, NodeSet(node)) { .kill(NodeSet(node)) }
    let back = now + length
    if kind == "rollback" {
      mishaps.append(Mishap(kind: .rollback(node), at: back - .milliseconds(30)))
      return true
    }
    let end = back + milliseconds(500, 1500)
    let mishap: Mishap.Kind = kind == "full_disk" ? .fullDisk(node) : .readOnlyDisk(node)
    mishaps.append(Mishap(kind: mishap, at: now, until: end))
    hold(NodeSet(node), until: end)
    return true
  }

  /// Strikes one of several networks, at times at which a cut could come.
  private mutating func drawShortPath() -> Bool {
    let others = (0..<nodeCount).map { NodeID($0) }.filter { $0 != core }
    let networks = scenario.networks.indices.map { NetworkID($0) }
    guard networks.count > 1, networkBusy <= now, !nodeBusy.contains(where: { $0 > now }),
      let node = pick(others), let network = pick(networks)
    else { return false }
    // Daemons must report those that last longer than five and a half seconds.
    let end = now + milliseconds(800, 8000)
    mishaps.append(Mishap(kind: .shortPath(node, network), at: now, until: end))
    networkBusy = end + .milliseconds(1)
    mayBeAway = nodeCount > 3 ? 1 : 0
    return true
  }

  /// Draws a mishap that must change nothing, whatever else happens.
  private mutating func drawBurden(_ kind: String) -> Bool {
    let understandsIPv4 = scenario.farm.virtualIPs.contains { $0.isIPv4 }
    let free = (0..<nodeCount).map { NodeID($0) }.filter { nodeBusy[$0.index] <= now }
    guard mishapBusy <= now, let node = pick(free) else { return false }
    let mishap: Mishap.Kind
    switch kind {
    case "foreign_table": mishap = .foreignTable(node)
    case "notrack": mishap = .notrack(node)
    case "metrics": mishap = .metrics(node)
    case "replay" where understandsIPv4: mishap = .replay
    case "forgery" where understandsIPv4: mishap = .forgery
    case "foreign_claim" where understandsIPv4: mishap = .foreignClaim
    default: return false
    }
    mishapBusy = now + milliseconds(1500, 5000)
    mishaps.append(Mishap(kind: mishap, at: now, until: mishapBusy))
    return true
  }
}
