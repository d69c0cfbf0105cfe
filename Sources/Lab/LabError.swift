import Glibc

/// Why a lab could not be built or played.
public struct LabError: Error, Sendable, Hashable, CustomStringConvertible {
  public var description: String
  /// Whether the farm that was played is to blame, and not the machine it is played on.
  public var isOfFarm: Bool

  public init(_ description: String, isOfFarm: Bool = false) {
    self.description = description
    self.isOfFarm = isOfFarm
  }

  /// What the kernel refused, with its reason.
  static func system(_ what: String, _ code: Int32 = errno) -> LabError {
    LabError("\(what): \(String(cString: strerror(code)))")
  }
}
