import Glibc

/// Waits for a daemon that was told to make room for this one, as in an upgrade in place by hand.
struct HandoverWait {
  private var waited: useconds_t = 0

  /// How long that one may take to end, and how often it is looked for. Both are in microseconds; the wait is within
  /// the lease of the default profile.
  private static let patience: useconds_t = 300_000
  private static let pause: useconds_t = 2_000

  /// Lets a moment pass. - Returns: `false`, at once, if it has taken too long.
  mutating func goesOn() -> Bool {
    guard waited < Self.patience else { return false }
    usleep(Self.pause)
    waited += Self.pause
    return true
  }
}
