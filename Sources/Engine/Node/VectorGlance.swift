/// What a freshness vector says at one look: whom its sender hears, and whom it knows something newer of.
///
/// Every node reads the whole vector of every heartbeat, and nearly all of it says what is known already: so one
/// plain loop finds the few entries that must be read with care.
struct VectorGlance: Sendable {
  /// Nodes that the sender has heard directly of late, on any network.
  var hears = NodeSet()
  /// The same on a service network.
  var hearsOnService = NodeSet()
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
    var (hears, onService, newer): (UInt64, UInt64, UInt64) = (0, 0, 0)
    bytes.withUnsafeBytes { raw in
      peers.withUnsafeBufferPointer { known in
        // From the last entry down, so that each bit is shifted in at the end: no shift by a variable.
        var i = count
        while i > 0 {
          i &-= 1
          let entry = HeartbeatReader.entry(in: raw, at: start &+ i &* HeartbeatFormat.entryBytes)
          hears = hears &+ hears &+ (entry.heardAge < hearingAge ? 1 : 0)
          onService = onService &+ onService &+ (entry.serviceAge < hearingAge ? 1 : 0)
          let x = first &+ i
          if entry.incarnation == known[x].incarnation, entry.sequence <= known[x].sequence { continue }
          if entry.incarnation < known[x].incarnation { continue }
          newer |= 1 &<< UInt64(truncatingIfNeeded: x)
        }
      }
    }
    return VectorGlance(
      hears: NodeSet(bits: hears &<< UInt64(truncatingIfNeeded: first)),
      hearsOnService: NodeSet(bits: onService &<< UInt64(truncatingIfNeeded: first)),
      isNewer: NodeSet(bits: newer))
  }
}
