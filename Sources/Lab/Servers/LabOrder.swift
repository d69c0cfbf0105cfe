import Engine

/// An order or a notice to the lab about a node's application, sent through a pipe: one line each.
enum LabOrder: Sendable, Hashable {
  /// A command of farmd to the application.
  case command(ApplicationCommand)
  /// A server with this process number listens from now on.
  case serving(Int32)

  static let serving = "serving"
  /// The answer to a command.
  static let done = "done\n"

  /// - Returns: `nil` if the line is not an order.
  init?(line: Substring) {
    let words = line.split(separator: " ")
    switch (words.first, words.count) {
    case ("start", 1): self = .command(.start)
    case ("stop", 1): self = .command(.stop)
    case ("restart", 1): self = .command(.restart)
    case (Self.serving[...], 2):
      guard let pid = Int32(words[1]) else { return nil }
      self = .serving(pid)
    default: return nil
    }
  }

  /// The command in the farm file that gives an order and waits until it is done, as `systemctl` does elsewhere.
  static func shell(_ command: ApplicationCommand, pipes: LabPipes) -> String {
    "echo \(command) > \(pipes.orders) && read answer < \(pipes.answers)"
  }
}

/// The pipes of a node's application, as paths for the lab's programs.
struct LabPipes: Sendable {
  let orders: String
  let answers: String

  init(_ node: NodeID) {
    orders = "\(LabHouse.folder)/node\(node.index).orders"
    answers = "\(LabHouse.folder)/node\(node.index).answers"
  }
}
