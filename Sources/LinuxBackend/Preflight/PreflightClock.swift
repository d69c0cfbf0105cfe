import Glibc

/// The machine's wall clock.
enum PreflightClock {
  /// Milliseconds since 1970.
  static var wallMilliseconds: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(max(0, time.tv_sec)) * 1000 + UInt64(time.tv_nsec) / 1_000_000
  }

  /// The start of 2025: an earlier clock was never set.
  static let earliest: UInt64 = 1_735_689_600_000
}
