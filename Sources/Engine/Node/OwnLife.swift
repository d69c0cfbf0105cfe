/// The life that this node announces: the numbers in its heartbeats, and when it sent each.
///
/// A life is an incarnation and a boot id. Within it every datagram has the next sequence. Others believe only what is
/// above what they know, so a node that is shown a later life or datagram of its own goes above that.
struct OwnLife: Sendable {
  private(set) var incarnation: Incarnation
  private(set) var bootID: BootID
  /// The boot ids of this node's former lives, as far as the backend remembers them.
  let formerBootIDs: [BootID]
  /// The highest sequence sent.
  private(set) var sequence: SequenceNumber
  /// When each of the newest datagrams was sent, by sequence modulo their number.
  private var sentAt = [Instant](repeating: .zero, count: OwnLife.remembered)

  private static let remembered = 256

  /// - Parameter sequence: nothing above it has been sent.
  init(
    incarnation: Incarnation = Incarnation(0), bootID: BootID = BootID(0), formerBootIDs: [BootID] = [],
    sequence: SequenceNumber = SequenceNumber(0)
  ) {
    self.incarnation = incarnation
    self.bootID = bootID
    self.formerBootIDs = formerBootIDs
    self.sequence = sequence
  }

  /// Takes the sequence of a datagram that is sent now.
  mutating func takeSequence(at now: Instant) -> SequenceNumber {
    sequence = SequenceNumber(sequence.rawValue + 1)
    sentAt[Int(sequence.rawValue % UInt64(OwnLife.remembered))] = now
    return sequence
  }

  /// When a datagram of this life was sent; `nil` if that is not known any more.
  /// - Precondition: it has been sent.
  func whenSent(_ sequence: SequenceNumber) -> Instant? {
    let age = self.sequence.rawValue - sequence.rawValue
    if age >= UInt64(OwnLife.remembered) { return nil }
    return sentAt[Int(sequence.rawValue % UInt64(OwnLife.remembered))]
  }

  /// Begins an incarnation above another one of this node's id.
  mutating func rise(above life: Incarnation) { incarnation = life.next }

  /// Goes on above a sequence that others know.
  mutating func skip(to sequence: SequenceNumber) { self.sequence = sequence }
}
