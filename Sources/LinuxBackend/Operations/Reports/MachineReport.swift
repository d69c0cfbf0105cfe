/// What others do to the farm on this machine and on its segment, as this daemon has seen it since its start.
public struct MachineReport: Codable, Sendable, Hashable {
  /// The rules of others that now keep connections to the virtual IPs from being tracked.
  public var untracking: [ForeignRule]
  /// How many such rules have appeared.
  public var untrackingSeen: UInt64
  /// Paths that do not carry datagrams as long as a heartbeat; `nil` from a daemon of an older version.
  public var paths: [PathReport]?
  /// The latest claims of other machines, the oldest first.
  public var claims: [ClaimReport]
  /// How often others have claimed each virtual IP and each own address.
  public var claimCounts: [CountReport]

  public init(
    untracking: [ForeignRule] = [], untrackingSeen: UInt64 = 0, paths: [PathReport]? = nil,
    claims: [ClaimReport] = [], claimCounts: [CountReport] = []
  ) {
    self.untracking = untracking
    self.untrackingSeen = untrackingSeen
    self.paths = paths
    self.claims = claims
    self.claimCounts = claimCounts
  }
}

/// A path that does not carry datagrams as long as a heartbeat, see ``PathTrouble``.
public struct PathReport: Codable, Sendable, Hashable {
  /// The node whose heartbeats do not arrive; `nil` if this machine's own interface has too small an MTU.
  public var node: String?
  public var network: String
  /// Length of the IP packet of the longest heartbeat.
  public var packetBytes: Int
  /// The same in words.
  public var text: String

  public init(node: String?, network: String, packetBytes: Int, text: String) {
    self.node = node
    self.network = network
    self.packetBytes = packetBytes
    self.text = text
  }
}

/// Another machine's claim to an address, see ``ForeignClaim``.
public struct ClaimReport: Codable, Sendable, Hashable {
  public var address: String
  public var mac: String
  public var interface: String
  /// Whether it is this node's own address rather than a virtual IP.
  public var isOwnAddress: Bool
  public var count: UInt64
  public var secondsSinceLast: Double

  public init(
    address: String, mac: String, interface: String, isOwnAddress: Bool, count: UInt64,
    secondsSinceLast: Double
  ) {
    self.address = address
    self.mac = mac
    self.interface = interface
    self.isOwnAddress = isOwnAddress
    self.count = count
    self.secondsSinceLast = secondsSinceLast
  }
}
