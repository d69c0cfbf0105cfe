import Engine
import Glibc

/// The machine's monotonic clock: nanoseconds since some moment in the past, never set back.
public enum MonotonicClock {
  /// `CLOCK_MONOTONIC`: it stands still while the machine is suspended, as the kernel's element time-outs do.
  public static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }
}
