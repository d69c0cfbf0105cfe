/// A point in time, in unsigned nanoseconds since a zero that the backend chooses.
///
/// The engine never reads a clock: every instant is passed in. The simulator's zero is the start of the
/// run; the Linux backend's is its monotonic clock's.
public struct Instant: Sendable, Hashable, Comparable, BitwiseCopyable {
  public var nanoseconds: UInt64

  @inlinable public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  public static let zero = Instant(nanoseconds: 0)
  /// Later than everything: a deadline that never comes.
  public static let never = Instant(nanoseconds: .max)

  @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  /// The instant `d` later. A sum with ``never`` is not ``never``, and may trap: test first.
  @inlinable public static func + (t: Instant, d: Duration) -> Instant {
    Instant(nanoseconds: UInt64(Int64(bitPattern: t.nanoseconds) + d.nanoseconds))
  }
  /// The instant `d` earlier, or ``zero`` if that lies before the beginning.
  @inlinable public static func - (t: Instant, d: Duration) -> Instant {
    let n = Int64(bitPattern: t.nanoseconds) - d.nanoseconds
    return Instant(nanoseconds: n < 0 ? 0 : UInt64(n))
  }
  @inlinable public static func - (a: Instant, b: Instant) -> Duration {
    Duration(nanoseconds: Int64(bitPattern: a.nanoseconds) - Int64(bitPattern: b.nanoseconds))
  }
}
