/// The payloads under way, each stored once, however many receivers it has.
///
/// Events name a slot, so they stay plain values. A slot is free again after its last delivery.
struct DatagramTable: Sendable {
  private var payloads: [[UInt8]] = []
  private var deliveriesLeft: [Int32] = []
  private var free: [UInt32] = []

  /// How many payloads are under way.
  var count: Int { payloads.count - free.count }

  /// Keeps a payload until it has been released `deliveries` times.
  /// - Precondition: `deliveries` is at least 1.
  mutating func store(_ bytes: [UInt8], deliveries: Int) -> UInt32 {
    precondition(deliveries > 0, "a datagram that nobody gets")
    if let slot = free.popLast() {
      payloads[Int(slot)] = bytes
      deliveriesLeft[Int(slot)] = Int32(deliveries)
      return slot
    }
    payloads.append(bytes)
    deliveriesLeft.append(Int32(deliveries))
    return UInt32(payloads.count - 1)
  }

  subscript(_ slot: UInt32) -> [UInt8] { payloads[Int(slot)] }

  /// Notes that one delivery of the payload is done.
  mutating func release(_ slot: UInt32) {
    let i = Int(slot)
    precondition(deliveriesLeft[i] > 0, "a datagram released too often")
    deliveriesLeft[i] -= 1
    if deliveriesLeft[i] == 0 {
      payloads[i] = []
      free.append(slot)
    }
  }
}
