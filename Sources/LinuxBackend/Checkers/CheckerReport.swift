/// How a node's checkers stand, for status and metrics.
public struct CheckerReport: Codable, Sendable, Hashable {
  /// Whether the node may serve as far as they know.
  public var isHealthy: Bool
  /// Whether an operator must resume the node.
  public var isHeldOut: Bool
  public var checkers: [Entry]

  public struct Entry: Codable, Sendable, Hashable {
    public var name: String
    public var isWell: Bool
    /// Why its last probe failed; `nil` if that succeeded.
    public var reason: String?
  }
}
