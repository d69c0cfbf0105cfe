import FarmFile
import Glibc

/// Why a lab could not be built or played.
public struct LabError: Error, Sendable, Hashable, CustomStringConvertible {
  public var description: String
  /// Whether the farm that was played is the cause, and not the machine that plays it.
  public var isOfFarm: Bool

  public init(_ description: String, isOfFarm: Bool = false) {
    self.description = description
    self.isOfFarm = isOfFarm
  }

  /// What the kernel refused, and its reason.
  static func system(_ what: String, _ code: Int32 = errno) -> LabError {
    LabError("\(what): \(SystemReason(code).text)")
  }
}
