/// Whether this node serves clients, and why not.
public struct ServiceReport: Codable, Sendable, Hashable {
  /// Whether it accepts buckets under a lease.
  public var serves: Bool
  /// ``Engine/ServiceObstacle/Reason`` by name; `nil` for a node that serves.
  public var reason: String?
  /// The same in words, with all that is known of it: one line.
  public var text: String
  /// Whom it waits for, or who keeps it out.
  public var nodes: [String]
  /// Until that ends if nothing else happens; `nil` where nobody knows.
  public var secondsLeft: Double?

  public init(
    serves: Bool, reason: String? = nil, text: String, nodes: [String] = [], secondsLeft: Double? = nil
  ) {
    self.serves = serves
    self.reason = reason
    self.text = text
    self.nodes = nodes
    self.secondsLeft = secondsLeft
  }
}

/// What another node's configuration says otherwise.
public struct DifferenceReport: Codable, Sendable, Hashable {
  public var node: String
  /// Of the other node's configuration.
  public var digest: String
  /// Whether it is about what both have staged, not about what is in force.
  public var isStaged: Bool
  /// `nil` as long as the node has not told them; an older farmd never does.
  public var keys: [Key]?
  /// All of it as one line.
  public var text: String

  public init(node: String, digest: String, isStaged: Bool, keys: [Key]?, text: String) {
    (self.node, self.digest, self.isStaged, self.keys, self.text) = (node, digest, isStaged, keys, text)
  }

  /// One key: what this node's file says and the other does not, and the other way round; of a list the elements.
  public struct Key: Codable, Sendable, Hashable {
    public var key: String
    public var here: [String]
    public var there: [String]

    public init(key: String, here: [String], there: [String]) {
      (self.key, self.here, self.there) = (key, here, there)
    }
  }
}
