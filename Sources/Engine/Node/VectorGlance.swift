/// What a freshness vector says at a glance: whom its sender hears, and of whom it knows something newer.
///
/// Every node reads the whole vector of every heartbeat, and nearly all of it is known already. So one plain loop finds
/// the few entries that must be read with care.
struct VectorGlance: Sendable {
  /// Nodes that the sender has heard directly of late, on any network.
  var hears = NodeSet()
  /// Nodes of which an entry has a newer incarnation or sequence than is known here.
  var isNewer = NodeSet()
}

extension HeartbeatReader {
  /// Looks at the entries about nodes that are configured.
  func glance(against peers: [Peer], hearingAge: Age) -> VectorGlance {
    let first = firstNode
    let count = min(entryCount, peers.count - first)
    if count <= 0 { return VectorGlance() }
    let start = HeartbeatReader.entryOffset(0)
    precondition(HeartbeatReader.entryOffset(count) <= bytes.count, "a read past the datagram")
    var (hears, newer): (UInt64, UInt64) = (0, 0)
    bytes.withUnsafeBytes { raw in
      peers.withUnsafeBufferPointer { known in
        for i in 0..<count {
          let entry = HeartbeatReader.entry(in: raw, at: start &+ i &* HeartbeatFormat.entryBytes)
          let x = first &+ i
          let (incarnation, sequence) = (known[x].incarnation, known[x].sequence)
          let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: x)
          let isLaterLife = entry.incarnation > incarnation
          let isLaterWord = entry.incarnation == incarnation && entry.sequence > sequence
          hears |= entry.heardAge < hearingAge ? bit : 0
          newer |= isLaterLife || isLaterWord ? bit : 0
        }
      }
    }
    return VectorGlance(
      hears: NodeSet(bits: hears), isNewer: NodeSet(bits: newer))
  }
}
