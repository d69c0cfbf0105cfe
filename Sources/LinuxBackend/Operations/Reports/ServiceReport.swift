/// Whether this node serves clients, and why not.
public struct ServiceReport: Codable, Sendable, Hashable {
  /// Whether it accepts buckets under a lease.
  public var serves: Bool
  /// ``Engine/ServiceObstacle/Reason`` by name; `nil` for a node that serves.
  public var reason: String?
  /// The same in words, with everything that is known about it: one line.
  public var text: String
  /// The nodes that it waits for, or that keep it out.
  public var nodes: [String]
  /// Seconds until the reason ends if nothing else happens; `nil` if unknown.
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

/// How another node's configuration differs from this node's.
public struct DifferenceReport: Codable, Sendable, Hashable {
  public var node: String
  /// The digest of the other node's configuration.
  public var digest: String
  /// Whether it compares the staged configurations, not those in force.
  public var isStaged: Bool
  /// The keys that differ; `nil` until the node has told them. An older farmd never does.
  public var keys: [Key]?
  /// The whole difference as one line.
  public var text: String

  public init(node: String, digest: String, isStaged: Bool, keys: [Key]?, text: String) {
    (self.node, self.digest, self.isStaged, self.keys, self.text) = (node, digest, isStaged, keys, text)
  }

  /// One key: values that only this node's file has, and those that only the other's has. For a list, the elements.
  public struct Key: Codable, Sendable, Hashable {
    public var key: String
    public var here: [String]
    public var there: [String]

    public init(key: String, here: [String], there: [String]) {
      (self.key, self.here, self.there) = (key, here, there)
    }
  }
}
