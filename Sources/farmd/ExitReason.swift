import ArgumentParser
import LinuxBackend

/// What the exit code says to a service manager; those from 64 to 73 are the ones of `sysexits.h`.
enum ExitReason: Int32, CaseIterable {
  case good = 0
  case refused = 1
  case usage = 64
  case badInput = 65
  case unavailable = 69
  case ourBug = 70
  case cannotWrite = 73

  var meaning: String {
    switch self {
    case .good: "it was done; for the daemon: it has left the farm and taken everything back"
    case .refused: "the node refuses, or no daemon answers"
    case .usage: "the command line is wrong"
    case .badInput: "the farm's file or a key file is wrong"
    case .unavailable: "not root, or nftables, an interface or an address is missing"
    case .ourBug: "farmd contradicts itself: please report it"
    case .cannotWrite: "a file or folder cannot be written"
    }
  }

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
    allCases.map { status in
      let code = String(status.rawValue)
      return "  " + code + String(repeating: " ", count: 5 - code.count) + status.meaning
    }.joined(separator: "\n")
  }
}
