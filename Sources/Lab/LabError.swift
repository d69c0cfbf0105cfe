import Glibc

/// Why a lab could not be built or played.
public struct LabError: Error, Sendable, Hashable, CustomStringConvertible {
  public var description: String
  public init(_ description: String) { self.description = description }

  /// What the kernel refused, with its reason.
  static func system(_ what: String, _ code: Int32 = errno) -> LabError {
    LabError("\(what): \(String(cString: strerror(code)))")
  }
}
