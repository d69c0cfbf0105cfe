import Engine

/// A time of a fault: always the same, or drawn anew each time.
public enum DrawnTime: Sendable, Hashable {
  case delay(DelayModel)
  /// Exponential with this mean: as the gap of a series it makes a Poisson process.
  case exponential(Duration)

  public static func constant(_ time: Duration) -> DrawnTime { .delay(.constant(time)) }

  /// The time if it is always the same.
  public var fixed: Duration? {
    if case .delay(.constant(let time)) = self { time } else { nil }
  }

  /// The time that no draw is below.
  var least: Duration {
    switch self {
    case .delay(.constant(let time)), .delay(.uniform(let time, _)): time
    default: .zero
    }
  }

  func draw(_ dice: inout RandomStream) -> Duration {
    switch self {
    case .delay(let model): Duration(nanoseconds: Int64(model.draw(&dice)))
    case .exponential(let mean): Duration(nanoseconds: Int64(FlowDuration.exponential(mean).draw(&dice)))
    }
  }
}
