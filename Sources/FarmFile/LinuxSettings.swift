import Engine

/// What a farm needs to run on Linux besides its ``Farm``: the `linux:` block of a file, for all of its nodes.
public struct LinuxSettings: Sendable, Hashable {
  /// By node id, then network id. All addresses of a network are of one family, and no two of them are equal.
  public var attachments: [[NodeAttachment]]
  /// The UDP port of heartbeats, the same on every node and network.
  public var port: UInt16
  /// By network id.
  public var delivery: [HeartbeatDelivery]
  /// The file with the key that authenticates heartbeats.
  public var keyFile: String
  /// The file with a second key that is accepted while keys are rotated.
  public var previousKeyFile: String?
  public var sharedAddress: SharedAddressMode
  /// `nil` lets the daemon derive it from the virtual IP.
  public var sharedMAC: MACAddress?
  /// The folder of the control socket and of what a reboot may forget.
  public var runDirectory: String
  /// The folder of what must outlive a reboot.
  public var stateDirectory: String
  /// Where metrics are served; `nil` for nowhere.
  public var metrics: SocketEndpoint?
  /// The witness that a node asks when it is alone (``AlonePolicy/witness``).
  public var gateway: IPAddress?
  /// The name of the nftables tables.
  public var table: String

  public static let defaultPort: UInt16 = 7946
  public static let defaultRunDirectory = "/run/farmd"
  public static let defaultStateDirectory = "/var/lib/farmd"
  public static let defaultMetrics = SocketEndpoint(address: IPAddress(v4: 0x7f00_0001), port: 9477)
  public static let defaultTable = "farmd"

  public init(
    attachments: [[NodeAttachment]], port: UInt16 = defaultPort, delivery: [HeartbeatDelivery],
    keyFile: String,
    previousKeyFile: String? = nil, sharedAddress: SharedAddressMode = .unicast,
    sharedMAC: MACAddress? = nil, runDirectory: String = defaultRunDirectory,
    stateDirectory: String = defaultStateDirectory, metrics: SocketEndpoint? = defaultMetrics,
    gateway: IPAddress? = nil, table: String = defaultTable
  ) {
    self.attachments = attachments
    self.port = port
    self.delivery = delivery
    self.keyFile = keyFile
    self.previousKeyFile = previousKeyFile
    self.sharedAddress = sharedAddress
    self.sharedMAC = sharedMAC
    self.runDirectory = runDirectory
    self.stateDirectory = stateDirectory
    self.metrics = metrics
    self.gateway = gateway
    self.table = table
  }
}

/// How packets for the virtual IP reach every node.
public enum SharedAddressMode: Sendable, Hashable {
  /// The nodes answer for the virtual IP with one unicast MAC. None sends from that MAC, so switches flood
  /// it.
  case unicast
  /// The nodes answer with a multicast MAC. Some routers refuse it.
  case multicast
  /// The operator sees to it that the packets reach every node.
  case none
}

/// How a heartbeat gets to every node of a network.
public enum HeartbeatDelivery: Sendable, Hashable {
  /// One datagram to everyone on the segment. Only IPv4 has it.
  case broadcast
  /// One datagram to each node.
  case unicast
  /// One datagram to a group that the nodes join. Switches that snoop IGMP or MLD then need a querier.
  case multicast(IPAddress)
}

/// Where a node is on a network: its dedicated IP there, and the interface that has it.
public struct NodeAttachment: Sendable, Hashable {
  public var address: IPAddress
  /// The name that the node's kernel gives the interface, such as `eth0`.
  public var interface: String

  public init(address: IPAddress, interface: String) {
    self.address = address
    self.interface = interface
  }
}
