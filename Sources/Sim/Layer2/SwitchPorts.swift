/// Ports of one switch: a set of numbers below 128.
///
/// Two words, because a switch may have a port for each of 64 nodes, and one more for the router. Iteration is in
/// ascending order.
struct SwitchPorts: Sendable, Hashable, BitwiseCopyable, Sequence {
  /// A switch has at most this many ports.
  static let capacity = 128

  private(set) var bits: UInt128

  init(bits: UInt128 = 0) { self.bits = bits }
  init(_ port: Int) { bits = 1 << UInt128(port) }
  init(_ ports: some Sequence<Int>) { bits = ports.reduce(0) { $0 | 1 << UInt128($1) } }

  static let none = SwitchPorts()

  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }

  func contains(_ port: Int) -> Bool { bits >> UInt128(port) & 1 == 1 }
  mutating func insert(_ port: Int) { bits |= 1 << UInt128(port) }
  mutating func remove(_ port: Int) { bits &= ~(1 << UInt128(port)) }

  func union(_ other: SwitchPorts) -> SwitchPorts { SwitchPorts(bits: bits | other.bits) }
  func intersection(_ other: SwitchPorts) -> SwitchPorts { SwitchPorts(bits: bits & other.bits) }

  func makeIterator() -> Iterator { Iterator(bits: bits) }

  struct Iterator: IteratorProtocol {
    fileprivate var bits: UInt128

    mutating func next() -> Int? {
      if bits == 0 { return nil }
      defer { bits &= bits - 1 }
      return bits.trailingZeroBitCount
    }
  }
}
