import Glibc

/// Waits for an earlier daemon that was told to make room for this one, as in an upgrade in place by hand.
struct HandoverWait {
  private var waited: useconds_t = 0

  /// The most time that the earlier daemon gets to end, and the time between two looks, in microseconds. The wait is
  /// shorter than the lease of the default profile.
  private static let patience: useconds_t = 300_000
  private static let pause: useconds_t = 2_000

  /// Lets a moment pass.
  /// - Returns: `false`, at once, if the time is over.
  mutating func goesOn() -> Bool {
    guard waited < Self.patience else { return false }
    usleep(Self.pause)
    waited += Self.pause
    return true
  }
}
