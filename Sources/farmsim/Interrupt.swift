import Foundation
import Sim

/// Ctrl-C: the first asks the trials to stop where they are, the second kills.
enum Interrupt {
  /// The control of everything this process runs. One for all, because a signal handler can capture nothing.
  static let control = RunControl()

  /// From here on SIGINT asks for a stop. The handler only stores into an atomic, and the kernel puts the
  /// default back when it runs, so the next one kills.
  static func listen() {
    _ = control
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Interrupt.control.requestStop() }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
    sigaction(SIGINT, &action, nil)
  }
}
