/// A signed length of time in whole nanoseconds.
///
/// It replaces the standard library's type of the same name so that the engine needs no clock and no
/// 128-bit arithmetic. Range: about plus or minus 292 years; arithmetic traps on overflow.
public struct Duration: Sendable, Hashable, Comparable, BitwiseCopyable {
  public var nanoseconds: Int64

  @inlinable public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static let zero = Duration(nanoseconds: 0)

  @inlinable public static func nanoseconds(_ n: Int) -> Duration { Duration(nanoseconds: Int64(n)) }
  @inlinable public static func microseconds(_ n: Int) -> Duration { Duration(nanoseconds: Int64(n) * 1_000) }
  @inlinable public static func milliseconds(_ n: Int) -> Duration {
    Duration(nanoseconds: Int64(n) * 1_000_000)
  }
  @inlinable public static func seconds(_ n: Int) -> Duration {
    Duration(nanoseconds: Int64(n) * 1_000_000_000)
  }

  @inlinable public static func < (a: Duration, b: Duration) -> Bool { a.nanoseconds < b.nanoseconds }
  @inlinable public static func + (a: Duration, b: Duration) -> Duration {
    Duration(nanoseconds: a.nanoseconds + b.nanoseconds)
  }
  @inlinable public static func - (a: Duration, b: Duration) -> Duration {
    Duration(nanoseconds: a.nanoseconds - b.nanoseconds)
  }
  @inlinable public static func * (n: Int, d: Duration) -> Duration {
    Duration(nanoseconds: Int64(n) * d.nanoseconds)
  }
  @inlinable public static func / (d: Duration, n: Int) -> Duration {
    Duration(nanoseconds: d.nanoseconds / Int64(n))
  }
  @inlinable public static func += (a: inout Duration, b: Duration) { a = a + b }
}
