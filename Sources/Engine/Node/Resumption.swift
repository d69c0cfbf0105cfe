/// What a daemon that is restarted in place needs of the one before it: an upgrade that breaks no connection.
///
/// The kernel filter outlives the daemon, for as long as its lease runs. A daemon that starts within that time
/// goes on as the same node: same ``incarnation``, same ``bootID``, later sequence. Nobody else sees more than a
/// few missing heartbeats. Why that is safe stands in `docs/upgrade-in-place.md`.
///
/// What a backend must do:
/// - **Keep.** After each step whose ``Node/resumption`` is not `nil` and that sent a heartbeat, and when it hands
///   over on purpose, it writes ``bytes`` where a reboot of the machine forgets them, in one atomic replacement,
///   *before* it performs the step's actions. When ``Node/resumption`` is `nil` it removes what it wrote. What it
///   kept may be older than the life that it describes: that costs at most the resumption, never safety. One
///   daemon a node id holds a lock, so that two never go on as one.
/// - **Kernel.** It adopts a filter only if that was made for the same groups, buckets, seeds and rules.
/// - **Start.** It makes the node with the settings that were in force (``configuration``), not with newer ones,
///   gives ``Start/resume`` what it kept with ``owned``, ``resets`` and ``leaseLeft`` *as the kernel has them
///   now*, and ``stagedSettings`` if ``staged`` is not `nil`. Newer settings are staged afterwards, as ever.
/// - **Refusal.** After ``Notice/resumptionRefused(_:)`` the node has started as always: it gives everything up first.
public struct Resumption: Sendable, Hashable {
  public internal(set) var incarnation: Incarnation
  public internal(set) var bootID: BootID
  /// The sequence floor: nothing above it has been sent. It is ``sequenceReserve`` above what had been sent, so that
  /// what was kept need not be the newest.
  public internal(set) var sequence: SequenceNumber
  /// Up, detached or draining: a node in any other state holds no buckets.
  public internal(set) var status: Status
  public internal(set) var epoch: Epoch
  /// The last view; nothing is taken, released or removed before its members have been heard again.
  public internal(set) var view: View
  /// The settings that were in force.
  public internal(set) var configuration: Digest
  /// The settings that were staged, if any.
  public internal(set) var staged: Digest?

  /// By group, in the order of ``Settings/ownershipGroups``: what the kernel filter holds, from the kernel.
  public var owned: [BucketSet]
  public var resets: [BucketSet]
  /// How long the kernel's lease still runs, from the kernel. Nothing is resumed unless it is above 0.
  public var leaseLeft: Duration
  /// The settings whose digest is ``staged``.
  public var stagedSettings: Settings?

  var previousConfiguration: Digest?
  /// The runtime weights, by group.
  var weights: [UInt16]
  /// By node id.
  var peers: [ResumedPeer]
  /// The nodes that this one held down.
  var holding: NodeSet
  /// The nodes that were in service and went.
  var departed: NodeSet
  /// How long before the last renewal the newest heartbeat was sent that anyone has echoed; 0 while echoes come
  /// as fast as they can.
  var unechoed: Duration
  /// From the last renewal to the drain's deadline.
  var drainLeft: Duration?
  var endsDrainInStandby: Bool

  /// How many sequences may be used without being kept: far more than a node can send in an interval.
  public static let sequenceReserve: UInt64 = 1024
}

/// What is known of another node across a restart. Times count from the last renewal of the lease. Both daemons know
/// that instant, since the kernel says how long the lease still runs.
struct ResumedPeer: Sendable, Hashable {
  var incarnation = Incarnation(0)
  var sequence = SequenceNumber(0)
  /// From the newest evidence to the last renewal; negative when it came later.
  var silence = Duration.zero
  /// The flap penalty at the last renewal.
  var penalty = 0

  /// When anyone last heard the node.
  func heardAt(renewed: Instant, now: Instant) -> Instant { min(renewed - silence, now) }
}

/// Why a node did not go on as the one before it.
public enum ResumptionObstacle: UInt8, Sendable, Hashable {
  /// The lease is over, or so nearly that an echo could not come in time: others may have the buckets.
  case leaseOver
  /// The settings are not those that were in force, or those that were staged are missing.
  case otherSettings
  /// The settings keep no lease, so nothing tells how long the daemon was away.
  case noLease
  /// What the kernel holds does not fit the groups.
  case filterUnknown
}
