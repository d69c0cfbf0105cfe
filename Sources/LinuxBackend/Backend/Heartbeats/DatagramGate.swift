import Engine
import FarmFile

/// Decides which datagrams reach the engine: those of this farm's nodes, made with its key.
///
/// Cheap checks come first, so that a flood from elsewhere costs no hashing: the source address, the length and first
/// bytes, the farm, and only then the keyed hash. Nothing is allocated for a datagram that is dropped.
struct DatagramGate {
  let farmID: UInt32
  var authenticator: Authenticator
  var counters = DatagramCounters()
  /// Gets the node from whose address a heartbeat came that no key explains.
  var onUnauthenticated: ((NodeID) -> Void)?
  /// Gets a node that begins to make its heartbeats with another of the keys, and the key's fingerprint.
  var onKey: ((NodeID, String) -> Void)?
  /// The fingerprint of the key of the last heartbeat that came from the node itself, by node id; 0 before any.
  private var keys = [UInt32](repeating: 0, count: Limits.maximumNodes)
  /// By network id.
  private var addresses: [NodeAddresses]

  init(farmID: UInt32, attachments: [[NodeAttachment]], networkCount: Int, authenticator: Authenticator) {
    self.farmID = farmID
    self.authenticator = authenticator
    addresses = (0..<networkCount).map { NodeAddresses(attachments, on: NetworkID($0)) }
  }

  /// Takes over nodes that were added or removed.
  mutating func know(_ attachments: [[NodeAttachment]]) {
    addresses = addresses.indices.map { NodeAddresses(attachments, on: NetworkID($0)) }
  }

  /// The longest datagram that a node sends.
  static let maximumBytes = Limits.maximumDatagramBytes + Authenticator.trailerBytes

  /// The node that sent a datagram; `nil`, after counting the reason, if it is not from this farm.
  mutating func admit(
    _ bytes: UnsafeRawBufferPointer, from source: IPAddress?, on network: NetworkID
  ) -> NodeID? {
    guard let node = node(at: source, on: network) else { return nil }
    guard bytes.count <= DatagramGate.maximumBytes, let envelope = HeartbeatEnvelope(bytes),
      envelope.declaredLength + Authenticator.trailerBytes == bytes.count
    else {
      counters.malformed += 1
      return nil
    }
    guard envelope.farmID == farmID else {
      counters.foreignFarm += 1
      return nil
    }
    guard let key = authenticator.key(of: bytes) else {
      counters.badMAC += 1
      onUnauthenticated?(node)
      return nil
    }
    counters.received += 1
    // A relayed heartbeat has the trailer of another node.
    if envelope.sender == node.rawValue, keys[node.index] != key { note(key, of: node) }
    return node
  }

  /// The node with this address; `nil`, after counting it, if there is none.
  private mutating func node(at source: IPAddress?, on network: NetworkID) -> NodeID? {
    if let source, let node = addresses[network.index].node(at: source) { return node }
    counters.unknownSource += 1
    return nil
  }

  private mutating func note(_ key: UInt32, of node: NodeID) {
    let isFirst = keys[node.index] == 0
    keys[node.index] = key
    // A node that uses this node's own key from the start needs no line.
    if !isFirst || key != authenticator.fingerprint { onKey?(node, Authenticator.text(key)) }
  }

  /// A note of one of this farm's nodes from its own address; `nil`, after counting the reason, if it is none.
  mutating func admitNote(
    _ bytes: UnsafeRawBufferPointer, from source: IPAddress?, on network: NetworkID
  ) -> NodeNote? {
    guard let node = node(at: source, on: network) else { return nil }
    guard bytes.count <= DatagramGate.maximumBytes, bytes.count > Authenticator.trailerBytes,
      let note = NodeNote(UnsafeRawBufferPointer(rebasing: bytes.dropLast(Authenticator.trailerBytes)))
    else {
      counters.malformed += 1
      return nil
    }
    guard note.farmID == farmID else {
      counters.foreignFarm += 1
      return nil
    }
    guard authenticator.isAuthentic(bytes) else {
      counters.badMAC += 1
      return nil
    }
    guard note.node == node else {
      counters.malformed += 1
      return nil
    }
    return note
  }
}

/// How many heartbeats were sent and received at the sockets, and dropped there, since the daemon's start. The engine
/// counts those that it drops itself, such as replays, by outcome.
public struct DatagramCounters: Sendable, Hashable {
  public var sent = 0
  /// Refused by the kernel: an interface that is down, a full queue.
  public var sendFailed = 0
  /// Authentic, and passed to the engine.
  public var received = 0
  /// Not from the address of a node.
  public var unknownSource = 0
  /// Not a heartbeat by its length, magic number or version.
  public var malformed = 0
  /// From another farm.
  public var foreignFarm = 0
  /// Not made with a key of this farm.
  public var badMAC = 0

  public init() {}

  /// All datagrams that were dropped before the engine saw them.
  public var dropped: Int { unknownSource + malformed + foreignFarm + badMAC }
}

/// The node that has a source address on one network. Datagrams from other addresses are dropped.
private struct NodeAddresses: Sendable {
  private let nodes: [IPAddress: NodeID]

  init(_ attachments: [[NodeAttachment]], on network: NetworkID) {
    var nodes: [IPAddress: NodeID] = [:]
    for (node, places) in attachments.enumerated() {
      nodes[places[network.index].address] = NodeID(node)
    }
    self.nodes = nodes
  }

  func node(at address: IPAddress) -> NodeID? { nodes[address] }
}
