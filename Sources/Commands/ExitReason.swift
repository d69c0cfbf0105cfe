import ArgumentParser
import FarmFile

/// What an exit code says to a script and to the service manager. Codes from 64 to 75 are those of `sysexits.h`.
///
/// Each program has an ``ExitTable`` of those that it uses, and their meanings.
public enum ExitReason: Int32, Sendable, CaseIterable {
  case good = 0
  /// Everything was done, and the answer is no.
  case failed = 1
  case propertyViolated = 2
  case usage = 64
  case badInput = 65
  case unavailable = 69
  case ourBug = 70
  case cannotWrite = 73
  /// The process ended so that another takes over, which must be started at once.
  case handedOver = 75
  case interrupted = 130

  /// The error to throw from a command to exit with this code.
  public var exit: ExitCode { ExitCode(rawValue) }

  /// Writes the reason to standard error. - Returns: the error to throw.
  public func saying(_ line: String) -> ExitCode {
    Console.complain(line)
    return exit
  }

  /// Writes all problems of a file, one line each. - Returns: the error to throw.
  public func saying(_ found: FileProblems) -> ExitCode { saying(found.description) }

  /// Writes what is wrong with the command or its order, as the parser does for a wrong option. - Returns: the error to
  /// throw.
  public func refusing(_ line: String) -> ExitCode { saying("Error: " + line) }
}

extension Result where Failure == FileProblems {
  /// The content of the file.
  /// - Throws: ``ExitReason/badInput``, after one line on standard error for each problem.
  public func orBadInput() throws -> Success {
    switch self {
    case .success(let content): return content
    case .failure(let found): throw ExitReason.badInput.saying(found)
    }
  }
}
