/// Whether two machines use another node's id: a boot id that was replaced comes back, or a life that is over says more.
///
/// No restart does either. A boot id that comes back proves it at once. One late datagram of a former life proves
/// nothing, so three later ones must have come.
struct SharedID: Sendable, BitwiseCopyable {
  private var bootID = BootID(0)
  /// The boot id before ``bootID``; 0 for none.
  private var formerBootID = BootID(0)
  /// The life before this one, the highest sequence known of it, and how often it has said more since it ended.
  private var formerIncarnation = Incarnation(0)
  private var formerSequence = SequenceNumber(0)
  private var formerWords = 0
  private var isSaid = false

  /// Notes that a life has ended and another one has begun.
  mutating func endLife(_ incarnation: Incarnation, _ sequence: SequenceNumber) {
    formerIncarnation = incarnation
    formerSequence = sequence
    formerWords = 0
  }

  /// Takes over the boot id of the newest datagram.
  mutating func adopt(_ newest: BootID) {
    if newest == bootID { return }
    formerBootID = bootID
    bootID = newest
  }

  /// Takes the boot id of a datagram that may be read. - Returns: whether it proves two machines for the first time.
  mutating func hear(_ boot: BootID) -> Bool {
    guard boot == formerBootID, boot.rawValue != 0, boot != bootID else { return false }
    return say()
  }

  /// Takes a datagram of a life that is over. - Returns: whether it proves two machines for the first time.
  mutating func hear(formerLife life: Incarnation, _ sequence: SequenceNumber) -> Bool {
    guard life == formerIncarnation, sequence > formerSequence else { return false }
    formerSequence = sequence
    formerWords += 1
    return formerWords >= 3 && say()
  }

  private mutating func say() -> Bool {
    defer { isSaid = true }
    return !isSaid
  }
}
