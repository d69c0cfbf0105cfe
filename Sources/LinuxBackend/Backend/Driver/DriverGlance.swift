import Engine
import FarmFile

/// The state of a driver between two inputs.
public struct DriverGlance: Sendable {
  public var at: Instant
  public var setup: DriverSetup
  public var standing: Standing
  /// Tracked flows that the last drain cut when it was over; `nil` if no drain is over.
  public var flowsCut: Int?
  /// Why the node does not serve; `nil` if it serves.
  public var obstacle: ServiceObstacle?
  /// How many datagrams had each of the engine's outcomes, by raw value.
  public var outcomes: [Int]
  public var datagrams: DatagramCounters
  /// By group; `nil` if the kernel's counters cannot be read.
  public var filter: [FilterCounters]?
  /// The holes and doubles that the node has seen, by group.
  var seen: [SeenClaims]
  /// The rules of others that now keep connections from being tracked, and how many such rules have appeared.
  var untracking: [ForeignRule]
  var untrackingSeen: UInt64
  /// Paths that do not carry datagrams as long as a heartbeat.
  var paths: [PathTrouble]
  /// The latest claims of other machines to addresses of the farm or of this node, and how often each was claimed.
  var claims: [ForeignClaim]
  var claimCounts: [(address: IPAddress, count: UInt64)]
  /// How other nodes' configurations differ.
  public var differences: [PeerDifference]
  /// What others have told beside their heartbeats.
  var heard: NotesHeard
  /// The kernel's refusal, as long as it refuses.
  var refusal: String?
}

extension FarmDriver {
  /// The driver's state now. The kernel's counters are read on another thread, so that a look does not delay
  /// heartbeats.
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
        seen: core.coverage.seen(at: now), untracking: core.hazards?.present ?? [],
        untrackingSeen: core.hazards?.count ?? 0, paths: core.paths.troubles,
        claims: core.claims?.claims ?? [], claimCounts: core.claims?.countsByAddress ?? [],
        differences: core.differences(at: now), heard: core.notesHeard, refusal: core.refusedReason)
    }
  }
}
