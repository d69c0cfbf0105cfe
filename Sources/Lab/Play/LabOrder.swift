import Engine

/// What a lab is told about a node's application over a pipe: a line each.
enum LabOrder: Sendable, Hashable {
  /// farmd's commands to the application.
  case command(ApplicationCommand)
  /// A server listens from now on.
  case serving(Int32)

  static let serving = "serving"
  /// The answer to a command.
  static let done = "done\n"

  /// - Returns: `nil` for what is no order.
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

  /// The command of the farm file that gives an order and waits until it is done: what `systemctl` is elsewhere.
  static func shell(_ command: ApplicationCommand, pipes: LabPipes) -> String {
    "echo \(command) > \(pipes.orders) && read answer < \(pipes.answers)"
  }
}

/// The pipes of a node's application, as the lab's programs see them.
struct LabPipes: Sendable {
  let orders: String
  let answers: String

  init(_ node: NodeID) {
    orders = "\(LabHouse.folder)/node\(node.index).orders"
    answers = "\(LabHouse.folder)/node\(node.index).answers"
  }
}
