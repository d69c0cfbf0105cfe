import ArgumentParser

/// What the exit code says to a script; those from 64 to 73 are the ones of `sysexits.h`.
enum ExitReason: Int32, CaseIterable {
  case good = 0
  case expectationFailed = 1
  case propertyViolated = 2
  case usage = 64
  case badInput = 65
  case unavailable = 69
  case ourBug = 70
  case cannotWrite = 73
  case interrupted = 130

  var meaning: String {
    switch self {
    case .good: "everything was done, and every expectation held"
    case .expectationFailed: "an expectation of a scenario failed, or the lab differs from the simulator"
    case .propertyViolated: "a property of the protocol was violated by a real farm (see soak)"
    case .usage: "the command line is wrong"
    case .badInput: "a scenario file or client list is wrong"
    case .unavailable: "root, or a program that is needed, is missing"
    case .ourBug: "farmsim contradicts itself: please report it"
    case .cannotWrite: "a report or the output cannot be written"
    case .interrupted: "stopped by Ctrl-C; what was printed is marked partial"
    }
  }

  /// What to throw from a command to leave with this code.
  var exit: ExitCode { ExitCode(rawValue) }

  /// One line a code, for help and documentation.
  static var table: String {
    allCases.map { status in
      let code = String(status.rawValue)
      return "  " + code + String(repeating: " ", count: 5 - code.count) + status.meaning
    }.joined(separator: "\n")
  }
}
