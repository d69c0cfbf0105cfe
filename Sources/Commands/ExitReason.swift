import ArgumentParser
import FarmFile

/// What an exit code says to a script and to the service manager; those from 64 to 75 are the ones of `sysexits.h`.
///
/// Each program says in an ``ExitTable`` which it uses, and what for.
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
  /// Ended so that another takes over: it is to be started at once.
  case handedOver = 75
  case interrupted = 130

  /// What to throw from a command to leave with this code.
  public var exit: ExitCode { ExitCode(rawValue) }

  /// Says why on standard error. - Returns: what to throw.
  public func saying(_ line: String) -> ExitCode {
    Console.complain(line)
    return exit
  }

  /// Says all that is wrong with a file, one line a problem. - Returns: what to throw.
  public func saying(_ found: FileProblems) -> ExitCode { saying(found.description) }

  /// Says what is wrong with the command or with the order that it gives, as for a wrong option. - Returns: what to
  /// throw.
  public func refusing(_ line: String) -> ExitCode { saying("Error: " + line) }
}
