import Engine

/// The lease as an nftables element: its time-out in whole milliseconds.
///
/// The kernel counts in ticks of its own (4 ms at 250 Hz), so a lease may run a tick longer than asked for.
struct Lease {
  /// Used for a lease without end: longer than any uptime, far below the kernel's maximum.
  static let longest = Duration.seconds(365 * 24 * 3600)

  let milliseconds: Int64

  /// Rounds down, and cuts to ``longest``.
  /// - Returns: `nil` for less than a millisecond: to the kernel, 0 means no time-out, a lease without end.
  init?(_ duration: Duration) {
    milliseconds = min(duration, Lease.longest).nanoseconds / 1_000_000
    if milliseconds < 1 { return nil }
  }

  /// Replaces the lease in one transaction. The flush also succeeds if there was no lease or it has run out.
  static func renewal(of table: String, _ lease: Lease?) -> String {
    "flush set inet \(table) \(FilterNames.lease)\n" + (lease.map { $0.element(in: table) } ?? "")
  }

  func element(in table: String) -> String {
    // Seconds and milliseconds apart, because nft reads no number above 32 bits.
    "add element inet \(table) \(FilterNames.lease) "
      + "{ 0 timeout \(milliseconds / 1000)s\(milliseconds % 1000)ms }\n"
  }
}
