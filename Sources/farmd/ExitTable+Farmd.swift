import Commands
import LinuxBackend

extension ExitTable {
  /// The exit codes of `farmd`.
  static let farmd = ExitTable([
    .good: "everything was done",
    .failed: "the daemon refused the command",
    .usage: "the command line is wrong",
    .badInput: "the farm file or a key file is wrong",
    .unavailable: "no daemon answers, or this machine lacks what a daemon needs",
    .ourBug: "farmd contradicts itself: please report it",
    .cannotWrite: "a file or the output cannot be written",
    .handedOver: "stopped for an upgrade, the kernel filter left as it was: start farmd again at once",
    .interrupted: "stopped by Ctrl-C",
  ])

  /// The exit codes of `farmd preflight`.
  static let preflight = ExitTable([
    .good: "nothing fails, and every node was heard; what else was not checked does not count",
    .failed: "something fails, or nothing was heard of a node: 'not checked' is not good then",
    .usage: "the command line is wrong",
    .badInput: "the farm file is wrong",
    .unavailable: "nothing can be checked here: no root, or no nftables",
  ])
}

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
