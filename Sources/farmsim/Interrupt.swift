import Foundation
import Sim

/// Ctrl-C: the first asks the trials to stop, the second kills the program.
enum Interrupt {
  /// The control of everything that this process runs. There is one, because a signal handler can capture nothing.
  static let control = RunControl()

  /// Makes SIGINT ask for a stop. The handler only stores into an atomic. When it runs, the kernel restores the
  /// default, so that the next SIGINT kills.
  static func listen() {
    _ = control
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Interrupt.control.requestStop() }
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_RESTART
    sigaction(SIGINT, &action, nil)
  }
}
