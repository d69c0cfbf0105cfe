import Engine
import FarmFile
import Glibc

extension HostPreflight {
  func keys() -> PreflightCheck {
    let name = "key file"
    do throws(DriverError) {
      _ = try setup.authenticator()
      return PreflightCheck(name, .ok(setup.linux.keyFile))
    } catch {
      return PreflightCheck(
        name,
        .fails(
          "\(error)",
          fix: "the same key on every node, mode 0600; 'farmd key FILE' writes a new one"))
    }
  }

  /// Checks the wall clock, which gives a node its incarnation after its state was lost. Everything else uses the
  /// monotonic clock.
  func clock(now: UInt64 = PreflightClock.wallMilliseconds) -> PreflightCheck {
    let name = "clock"
    guard now > PreflightClock.earliest else {
      return PreflightCheck(
        name, .fails("it stands before 2025", fix: "set the time: timedatectl set-ntp true"))
    }
    return PreflightCheck(name, .ok("it is set"))
  }

  /// How late a thread of this process wakes up: heartbeats cannot be more punctual.
  func lateness(_ worst: Duration = HostPreflight.worstLateness()) -> PreflightCheck {
    let name = "timers"
    let margin = setup.farm.settings.heartbeat.margin
    let text =
      "\(worst.nanoseconds / 1000) µs late at most in 50 sleeps, the profile allows \(margin.nanoseconds / 1000) µs"
    guard worst <= margin else {
      return PreflightCheck(
        name,
        .fails(text, fix: "take load from the machine, or choose a slower profile, as farm.profile: vm-safe"))
    }
    return PreflightCheck(name, .ok(text))
  }

  static func worstLateness() -> Duration {
    var worst = Duration.zero
    for _ in 0..<50 {
      let start = MonotonicClock.now
      usleep(2000)
      worst = max(worst, MonotonicClock.now - start - .milliseconds(2))
    }
    return worst
  }
}

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
