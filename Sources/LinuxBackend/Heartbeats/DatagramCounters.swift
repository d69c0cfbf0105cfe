/// What became of heartbeats at the sockets, since the daemon's start. What the engine drops (replays among it) is
/// counted by its outcomes.
public struct DatagramCounters: Sendable, Hashable {
  public var sent = 0
  /// Refused by the kernel: an interface that is down, a full queue.
  public var sendFailed = 0
  /// Authentic, and given to the engine.
  public var received = 0
  /// Not from an address of a node.
  public var unknownSource = 0
  /// Not a heartbeat by its length, magic or version.
  public var malformed = 0
  /// Another farm's.
  public var foreignFarm = 0
  /// Not made with a key of this farm.
  public var badMAC = 0

  public init() {}

  /// All that were dropped before the engine saw them.
  public var dropped: Int { unknownSource + malformed + foreignFarm + badMAC }
}
