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
