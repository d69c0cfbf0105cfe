import Engine

extension DelayModel {
  /// One delay, never below zero.
  func duration(_ dice: inout RandomStream) -> Duration {
    Duration(nanoseconds: Int64(min(draw(&dice), UInt64(Int64.max) / 4)))
  }
}
