import Commands

extension ExitTable {
  /// The exit codes of `farmsim`.
  static let farmsim = ExitTable([
    .good: "everything was done, and every expectation held",
    .failed: "an expectation of a scenario failed or is undecided, or the lab differs from the simulator",
    .propertyViolated: "a property of the protocol was violated, simulated or by a real farm (see soak)",
    .usage: "the command line is wrong",
    .badInput: "a scenario file or client list is wrong",
    .unavailable: "root, or a program that is needed, is missing",
    .ourBug: "farmsim contradicts itself: please report it",
    .cannotWrite: "a report or the output cannot be written",
    .interrupted: "stopped by Ctrl-C; what was printed is marked partial",
  ])
}
