import Engine

/// Why an order was refused, in one line for the operator.
public struct CommandRefused: Error, Sendable, Hashable, CustomStringConvertible {
  public var reason: String

  public init(_ reason: String) { self.reason = reason }

  public init(_ refusal: Refusal) {
    switch refusal {
    case .lastNodeUp:
      self.init("this is the last node that is up: nobody would serve; --force drains it all the same")
    case .notRunning: self.init("the node is not up, so there is nothing to drain")
    case .invalidSettings: self.init("the settings contradict each other")
    case .weightOutOfRange: self.init("the weight is above the configured one, or there is no such group")
    }
  }

  public var description: String { reason }
}
