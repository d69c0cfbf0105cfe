/// A checker of a node: its position in ``HealthSettings/checkers``.
public struct CheckerID: Sendable, Hashable, Comparable, BitwiseCopyable {
  public let rawValue: UInt8

  public init(_ index: Int) { rawValue = UInt8(index) }

  public var index: Int { Int(rawValue) }
  public static func < (a: CheckerID, b: CheckerID) -> Bool { a.rawValue < b.rawValue }
}

/// One run of a checker's probe. No two runs of a node have the same.
public struct ProbeID: Sendable, Hashable, BitwiseCopyable {
  public let checker: CheckerID
  public let serial: UInt32

  public init(checker: CheckerID, serial: UInt32) {
    self.checker = checker
    self.serial = serial
  }
}

/// One run of a command to the application. No two runs of a node have the same.
public struct CommandID: Sendable, Hashable {
  public let command: ApplicationCommand
  public let serial: UInt32

  public init(_ command: ApplicationCommand, serial: UInt32) {
    self.command = command
    self.serial = serial
  }
}

/// How one run of a probe ended.
public enum ProbeResult: UInt8, Sendable, Hashable, CaseIterable {
  case ok
  /// An answer that says no: refused, another status, another exit code.
  case failed
  /// No answer in time.
  case timedOut
}
