import Engine
import FarmFile

/// Something that happened to a running daemon, for logs and counters. Nothing depends on events.
public enum DriverEvent: Sendable {
  /// The engine says so.
  case notice(Notice)
  /// Somebody had edited or deleted what the daemon keeps in the kernel; it is as it should be again.
  case repaired(String)
  /// A setting of the host was changed because the filter depends on it.
  case hostSetting(String)
  /// The kernel refused something, with its reason. Said again only when the reason changes.
  case kernelRefused(String)
  /// The kernel does what it is asked again.
  case kernelRecovered
  case networkLost(NetworkID, HeartbeatError)
  case networkBack(NetworkID)
  /// Another machine claims an address of the farm, or one of this node's own. Said again while that goes on.
  case claimed(ForeignClaim, node: String)
  /// Heartbeats come that no key explains, and from where. Said again while that goes on.
  case forged(ForgedHeartbeats)
  /// Datagrams as long as a heartbeat do not come through, or would not: said once for each.
  case pathTooShort(PathTrouble)
  /// They do again.
  case pathLongEnough(PathTrouble)
  /// A rule of somebody else keeps connections to the virtual IPs from being tracked.
  case untracked(ForeignRule)
  /// That rule is gone.
  case trackedAgain(ForeignRule)
  /// Another node has another configuration. Said once for each.
  case configurationDiffers(PeerDifference)
  /// Heartbeats of another node begin to be made with another key than before: its fingerprint.
  case peerKey(NodeID, String)
  /// Something cannot be written that a later start needs.
  case cannotStore(String)
  /// The command of `notify:` is to be told something.
  case farm(FarmEvent)
}

/// Where the node stood when something happened.
public struct DriverMoment: Sendable, Hashable {
  /// On the machine's monotonic clock.
  public var at: Instant
  public var status: Status
  public var view: Digest
  public var epoch: Epoch
}
