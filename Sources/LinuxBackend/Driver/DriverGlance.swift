import Engine
import FarmFile

/// What a driver shows of itself, taken between two events.
public struct DriverGlance: Sendable {
  public var at: Instant
  public var setup: DriverSetup
  public var standing: Standing
  /// Tracked flows that the last drain cut; `nil` if none is over.
  public var flowsCut: Int?
  /// Why the node does not serve.
  public var obstacle: ServiceObstacle?
  /// How often each of the engine's outcomes came, by raw value.
  public var outcomes: [Int]
  public var datagrams: DatagramCounters
  /// By group; `nil` if the kernel does not say.
  public var filter: [FilterCounters]?
  /// By group, the holes and doubles that the node knew of.
  var seen: [SeenClaims]
  /// What others do to the farm on this machine and its segment.
  var machine: MachineReport
  /// What other nodes' configurations say otherwise.
  public var differences: [PeerDifference]
  /// What the others have told beside their heartbeats.
  var heard: NotesHeard
  /// What the kernel refuses, while it does.
  var refusal: String?
}

extension FarmDriver {
  /// What the driver shows now. The kernel's counters are read beside the loop, so that who looks does not keep it from
  /// its heartbeats.
  public func glance() async throws -> DriverGlance {
    let (reader, life) = try await onLoop { ($0.filter.counterReader, $0.filter.tableLife) }
    let counts = try? await pool.runIfActive { try reader.read() }
    return try await onLoop { core in
      let now = MonotonicClock.now
      return DriverGlance(
        at: now, setup: core.setup, standing: core.node.standing, flowsCut: core.flowsCut,
        obstacle: core.node.obstacle(at: now), outcomes: core.node.outcomes,
        datagrams: core.sockets.counters,
        filter: counts.map { core.filter.counters(adding: $0, life: life) },
        seen: core.coverage.seen(at: now), machine: core.machineReport(at: now),
        differences: core.differences(at: now), heard: core.notesHeard, refusal: core.refusedReason)
    }
  }
}
