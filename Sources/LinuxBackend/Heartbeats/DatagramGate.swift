import Engine
import FarmFile

/// Decides which datagrams come before the engine: those of this farm's nodes, made with its key.
///
/// What is cheap to ask is asked first, so that a flood from elsewhere costs no hashing: the source address, the
/// length and first bytes, the farm; only then the keyed hash. Nothing is allocated for a datagram that is dropped.
struct DatagramGate {
  let farmID: UInt32
  var authenticator: Authenticator
  var counters = DatagramCounters()
  /// Told of the node from whose address something came that no key explains.
  var onUnauthenticated: ((NodeID) -> Void)?
  /// By network id.
  private var addresses: [NodeAddresses]

  init(farmID: UInt32, attachments: [[NodeAttachment]], networkCount: Int, authenticator: Authenticator) {
    self.farmID = farmID
    self.authenticator = authenticator
    addresses = (0..<networkCount).map { NodeAddresses(attachments, on: NetworkID($0)) }
  }

  /// Takes over nodes that came or went.
  mutating func know(_ attachments: [[NodeAttachment]]) {
    addresses = addresses.indices.map { NodeAddresses(attachments, on: NetworkID($0)) }
  }

  /// The longest datagram that a node sends.
  static let maximumBytes = Limits.maximumDatagramBytes + Authenticator.trailerBytes

  /// The node that a datagram came from, or `nil` after counting why it is none of ours.
  mutating func admit(
    _ bytes: UnsafeRawBufferPointer, from source: IPAddress?, on network: NetworkID
  ) -> NodeID? {
    guard let source, let node = addresses[network.index].node(at: source) else {
      counters.unknownSource += 1
      return nil
    }
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
    guard authenticator.isAuthentic(bytes) else {
      counters.badMAC += 1
      onUnauthenticated?(node)
      return nil
    }
    counters.received += 1
    return node
  }
}
