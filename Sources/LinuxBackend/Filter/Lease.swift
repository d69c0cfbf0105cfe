import Engine

/// The lease as an nftables element: its time-out in whole milliseconds.
///
/// The kernel counts in ticks of its own (4 ms at 250 Hz), so a lease may run a tick longer than asked for.
struct Lease {
  /// What stands for ever: long enough for any uptime, far below what the kernel can count.
  static let longest = Duration.seconds(365 * 24 * 3600)

  let milliseconds: Int64

  /// Rounds down, and cuts to ``longest``. - Returns: `nil` for less than a millisecond: 0 would mean no time-out
  /// to the kernel, a lease without end.
  init?(_ duration: Duration) {
    milliseconds = min(duration, Lease.longest).nanoseconds / 1_000_000
    if milliseconds < 1 { return nil }
  }

  /// Replaces the lease in one transaction: flushing also succeeds where there was none or it has run out.
  static func renewal(of table: String, _ lease: Lease?) -> String {
    "flush set inet \(table) \(FilterNames.lease)\n" + (lease.map { $0.element(in: table) } ?? "")
  }

  func element(in table: String) -> String {
    // Seconds apart, because nft reads no number above 32 bits.
    "add element inet \(table) \(FilterNames.lease) "
      + "{ 0 timeout \(milliseconds / 1000)s\(milliseconds % 1000)ms }\n"
  }
}
