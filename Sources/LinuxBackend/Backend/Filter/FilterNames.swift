/// The names of the objects in the filter's table, also for programs that watch the table by netlink.
public enum FilterNames {
  /// Has one element while the lease runs.
  public static let lease = "lease"
  /// Has one element: a digest of the rules as they were loaded and as the kernel shows them.
  static let layout = "layout"
  /// Counts packets dropped because no lease was running.
  static let noLease = "no_lease"
  /// Counts packets dropped because no rule matched them.
  static let unmatched = "unmatched"
  /// Counts lone fragments.
  static let fragments = "fragments"

  /// The buckets that are accepted, from 0 to below the group's bucket count, as 32-bit numbers in host order.
  public static func owned(_ group: Int) -> String { "owned_\(group)" }
  /// The buckets whose unknown segments are reset.
  public static func resets(_ group: Int) -> String { "resets_\(group)" }
  static func accepted(_ group: Int) -> String { "accepted_\(group)" }
  static func rejected(_ group: Int) -> String { "rejected_\(group)" }
}
