/// How many heartbeats were sent and received at the sockets, and dropped there, since the daemon's start. The engine
/// counts those that it drops itself, such as replays, by outcome.
public struct DatagramCounters: Sendable, Hashable {
  public var sent = 0
  /// Refused by the kernel: an interface that is down, a full queue.
  public var sendFailed = 0
  /// Authentic, and passed to the engine.
  public var received = 0
  /// Not from the address of a node.
  public var unknownSource = 0
  /// Not a heartbeat by its length, magic number or version.
  public var malformed = 0
  /// From another farm.
  public var foreignFarm = 0
  /// Not made with a key of this farm.
  public var badMAC = 0

  public init() {}

  /// All datagrams that were dropped before the engine saw them.
  public var dropped: Int { unknownSource + malformed + foreignFarm + badMAC }
}
