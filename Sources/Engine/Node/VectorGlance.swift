/// What a freshness vector says at one look: whom its sender hears, and whom it knows something newer of.
///
/// Every node reads the whole vector of every heartbeat, and nearly all of it says what is known already: so one
/// loop without a branch finds the few entries that must be read with care.
struct VectorGlance: Sendable {
  /// Nodes that the sender has heard directly of late, on any network.
  private(set) var hears = NodeSet()
  /// The same on a service network.
  private(set) var hearsOnService = NodeSet()
  /// Nodes of which an entry has a newer incarnation or sequence than is known here.
  private(set) var isNewer = NodeSet()

  /// Looks at the entries about nodes that are configured.
  init(_ reader: HeartbeatReader, peers: [Peer], hearingAge: Age) {
    let first = reader.firstNode
    let count = min(reader.entryCount, peers.count - first)
    if count <= 0 { return }
    let start = HeartbeatReader.entryOffset(0)
    precondition(HeartbeatReader.entryOffset(count) <= reader.bytes.count, "a read past the datagram")
    var (hears, onService, newer): (UInt64, UInt64, UInt64) = (0, 0, 0)
    reader.bytes.withUnsafeBytes { raw in
      peers.withUnsafeBufferPointer { known in
        for i in 0..<count {
          let entry = HeartbeatReader.entry(in: raw, at: start &+ i &* HeartbeatFormat.entryBytes)
          let x = first &+ i
          let (incarnation, sequence) = (known[x].incarnation, known[x].sequence)
          let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: x)
          let isLaterLife = entry.incarnation > incarnation
          let isLaterWord = entry.incarnation == incarnation && entry.sequence > sequence
          hears |= entry.heardAge < hearingAge ? bit : 0
          onService |= entry.serviceAge < hearingAge ? bit : 0
          newer |= isLaterLife || isLaterWord ? bit : 0
        }
      }
    }
    self.hears = NodeSet(bits: hears)
    hearsOnService = NodeSet(bits: onService)
    isNewer = NodeSet(bits: newer)
  }
}
