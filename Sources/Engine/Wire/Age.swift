/// How long ago something was heard, as it travels in a heartbeat: whole microseconds in 32 bits.
///
/// Rounded up, so that evidence never looks younger than it is. Ages above 71 minutes saturate: to the
/// protocol they are all the same.
public struct Age: Sendable, Hashable, Comparable, BitwiseCopyable {
  /// Microseconds; `.max` means never.
  public let microseconds: UInt32

  public init(microseconds: UInt32) { self.microseconds = microseconds }

  /// Never heard.
  public static let never = Age(microseconds: .max)
  public static let zero = Age(microseconds: 0)

  /// A length of time, rounded up and saturated just below ``never``; a negative one counts as 0.
  public init(_ duration: Duration) {
    let n = duration.nanoseconds
    if n <= 0 {
      microseconds = 0
    } else if n >= Int64(UInt32.max - 1) * 1000 {
      microseconds = .max - 1
    } else {
      microseconds = UInt32(truncatingIfNeeded: (n + 999) / 1000)
    }
  }

  public var isNever: Bool { microseconds == .max }

  /// The age as a length of time, or `nil` for ``never``.
  public var duration: Duration? {
    isNever ? nil : Duration(nanoseconds: Int64(microseconds) * 1000)
  }

  /// Younger is less; ``never`` is the greatest.
  @inline(__always) public static func < (a: Age, b: Age) -> Bool { a.microseconds < b.microseconds }
}
