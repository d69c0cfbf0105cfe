import Engine
import FarmFile

extension RunPlan {
  /// The `run:` block.
  /// - Parameter heartbeat: settings that decide how long the farm takes to form. That is the default warm-up, but at
  ///   most half of the run.
  init(_ reader: YAMLReader?, heartbeat: HeartbeatSettings) {
    let keys = reader?.keys(of: ScenarioSection.run)
    let longest = Duration.seconds(30 * 86400)
    let duration = keys?["duration"]?.duration(in: .milliseconds(1)...longest) ?? .seconds(60)
    self.init(
      duration: duration, seed: keys?["seed"]?.seed() ?? 1,
      trials: keys?["trials"]?.integer(in: 1...1_000_000) ?? 1,
      warmUp: min(RunPlan.forming(heartbeat), duration / 2))
    guard let warm = keys?["warm_up"], let time = warm.duration(in: .zero...longest) else { return }
    if time < duration {
      warmUp = time
    } else {
      warm.report("warm_up \(time.text) is not below the duration \(duration.text)")
    }
  }
}

extension RunPlan {
  /// `max(5 s, tau + 10 T)`: by then a farm that was started has formed.
  public static func forming(_ heartbeat: HeartbeatSettings) -> Duration {
    max(.seconds(5), heartbeat.timeout + 10 * heartbeat.interval)
  }
}

extension YAMLReader {
  /// Any unsigned 64-bit number, decimal or hexadecimal.
  fileprivate func seed() -> UInt64? {
    let expected = "a whole number, 0 to \(UInt64.max)"
    guard let text = text(expected: expected) else { return nil }
    let value = text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : UInt64(text)
    if value == nil {
      let isNumber = text.allSatisfy { $0.isASCII && $0.isNumber }
      report(isNumber ? "'\(name)' is out of range: \(text)" : "'\(text)' is not a seed", expected: expected)
    }
    return value
  }
}
