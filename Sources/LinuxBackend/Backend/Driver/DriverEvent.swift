import Engine
import FarmFile

/// Something that happened to a running daemon, for logs and counters. Nothing depends on events.
public enum DriverEvent: Sendable {
  /// A notice of the engine.
  case notice(Notice)
  /// Somebody had edited or deleted what the daemon keeps in the kernel; the daemon has restored it.
  case repaired(String)
  /// A setting of the host was changed because the filter depends on it.
  case hostSetting(String)
  /// The kernel refused something, with its reason. Sent again only when the reason changes.
  case kernelRefused(String)
  /// The kernel accepts requests again.
  case kernelRecovered
  case networkLost(NetworkID, HeartbeatError)
  case networkBack(NetworkID)
  /// Another machine claims an address of the farm, or one of this node's own. Sent again while that goes on.
  case claimed(ForeignClaim, node: String)
  /// Heartbeats come that no key explains, and where from. Sent again while that goes on.
  case forged(ForgedHeartbeats)
  /// Datagrams as long as a heartbeat do not get through, or would not. Sent once for each path.
  case pathTooShort(PathTrouble)
  /// They get through again.
  case pathLongEnough(PathTrouble)
  /// A rule of somebody else keeps connections to the virtual IPs from being tracked.
  case untracked(ForeignRule)
  /// Such a rule is gone.
  case trackedAgain(ForeignRule)
  /// Another node has another configuration. Sent once for each difference.
  case configurationDiffers(PeerDifference)
  /// Another node has begun to make its heartbeats with another key; the key's fingerprint.
  case peerKey(NodeID, String)
  /// Something cannot be written that a later start needs.
  case cannotStore(String)
  /// An event for the command of `notify:`.
  case farm(FarmEvent)

  /// How long a repeated event, or a repeated line about it, is held back.
  static let patience = Duration.seconds(10)
}

/// The node's state when something happened.
public struct DriverMoment: Sendable, Hashable {
  /// On the machine's monotonic clock.
  public var at: Instant
  public var status: Status
  public var view: Digest
  public var epoch: Epoch
}
