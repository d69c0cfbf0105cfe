import ArgumentParser
import LinuxBackend

/// What the exit code says to a script and to the service manager; those above 2 are the ones of `sysexits.h`.
enum ExitReason: Int32, CaseIterable {
  case good = 0
  case refused = 1
  case usage = 64
  case badInput = 65
  case unavailable = 69
  case ourBug = 70
  case cannotWrite = 73
  case handedOver = 75
  case interrupted = 130

  var meaning: String {
    switch self {
    case .good: "everything was done"
    case .refused: "the daemon refused the command"
    case .usage: "the command line is wrong"
    case .badInput: "the farm file or a key file is wrong"
    case .unavailable: "no daemon answers, or this machine lacks what a daemon needs"
    case .ourBug: "farmd contradicts itself: please report it"
    case .cannotWrite: "a file or the output cannot be written"
    case .handedOver: "stopped for an upgrade, the kernel filter left as it was: start farmd again at once"
    case .interrupted: "stopped by Ctrl-C"
    }
  }

  /// Why a daemon could not start.
  init(_ error: DriverError) {
    switch error {
    case .key: self = .badInput
    case .machine, .alreadyRunning: self = .unavailable
    case .cannotWrite: self = .cannotWrite
    }
  }

  /// What to throw from a command to leave with this code.
  var exit: ExitCode { ExitCode(rawValue) }

  /// One line a code, for help and documentation.
  static var table: String {
    allCases.map { reason in
      let code = String(reason.rawValue)
      return "  " + code + String(repeating: " ", count: 5 - code.count) + reason.meaning
    }.joined(separator: "\n")
  }
}
