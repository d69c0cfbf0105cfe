import Commands
import LinuxBackend

extension ExitReason {
  /// Why a daemon could not start.
  init(_ error: DriverError) {
    switch error {
    case .key: self = .badInput
    case .machine, .alreadyRunning, .tableTaken: self = .unavailable
    case .cannotWrite: self = .cannotWrite
    }
  }
}
