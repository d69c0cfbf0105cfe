import Engine
import Sim

/// The hold model: `pending` events wait, and each one that fires inserts its successor after a delay uniform
/// in 0 ..< 2^24 ns. The peers in `peers/hold_*` do the same with the same generator.
func hold(pending: Int, events: Int) {
  var loop = HoldLoop(pending: pending)
  let time = seconds { loop.run(events) }
  print(
    "farmsim pop=\(pending) \(text(time / Double(events) * 1e9, digits: 1)) ns/event "
      + "\(text(Double(events) / time / 1e6, digits: 2)) M/s check=\(loop.check)")
}

private struct HoldLoop {
  var queue = EventQueue<UInt64>()
  var generator: UInt64 = 0
  var check: UInt64 = 0

  init(pending: Int) {
    for i in 0..<pending { queue.insert(at: Instant(nanoseconds: delay()), UInt64(i)) }
  }

  /// SplitMix64's upper 24 bits.
  mutating func delay() -> UInt64 {
    generator &+= 0x9E37_79B9_7F4A_7C15
    var z = generator
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return (z ^ z >> 31) >> 40
  }

  mutating func run(_ events: Int) {
    for _ in 0..<events {
      guard let (time, payload) = queue.popNext() else { return }
      check = check &* 31 &+ payload
      queue.insert(at: Instant(nanoseconds: time.nanoseconds + delay()), payload)
    }
  }
}
