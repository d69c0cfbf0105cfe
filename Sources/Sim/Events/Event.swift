import Engine

/// Something that will happen in the world: a plain value of 16 bytes, no closure.
///
/// Anything larger lies in the world's tables. Events of equal time happen in the order they were inserted.
public struct Event: Sendable, Hashable, BitwiseCopyable {
  enum Kind: UInt8, Sendable {
    /// A node's first start.
    case boot
    /// A node's timer is due; void if `index` is not its serial.
    case timer
    /// Copies of datagram `index` arrive at the nodes of `word`.
    case delivery
    /// The first operation of a node's kernel is done; void if `index` is not its filter's serial.
    case kernel
    /// A node's lease may have run out; void if `index` is not its filter's serial.
    case lease
    /// Edge `index` of the fault plan: a fault begins or ends.
    case fault
    /// A phase of the load measures begins.
    case phase
    /// A node's checkers have something due; void if `index` is not their timer's serial.
    case check
    /// The probe of checker `network` with the serial `index` arrives at what it looks at.
    case probe
    /// The application of a node has started; void if `index` is not its serial.
    case application
    /// A node's daemon notices whether frames arrive; void if `index` is not its serial.
    case frames
  }

  var kind: Kind
  /// The node that it concerns; for a delivery, the sender.
  var node: UInt8
  var network: UInt8
  var index: UInt32
  var word: UInt64

  init(_ kind: Kind, node: Int = 0, network: UInt8 = 0, index: UInt32 = 0, word: UInt64 = 0) {
    self.kind = kind
    self.node = UInt8(node)
    self.network = network
    self.index = index
    self.word = word
  }
}
