/// Where a node stands in its life, since when, and what its state waits for from outside.
///
/// The states and their legal transitions are those of ``Status``; entering any other one is a fault of ours and traps.
/// Most states end when something comes that other parts know of (`Node+Life.swift`). Three things are kept here, because
/// they outlive a state: what an operator asked for, what the checkers say of the application, and where a drain leads.
@usableFromInline struct Lifecycle: Sendable {
  @usableFromInline private(set) var status = Status.stopped
  /// When this state was entered.
  private(set) var since = Instant.zero
  /// When the node, or the daemon as which it goes on, began to listen.
  private(set) var startedAt: Instant
  /// When the node last began to serve; ``Instant/zero`` if it has not served yet.
  private(set) var upSince = Instant.zero
  /// When this node last became the target of more buckets by its own word: it came up, or its weight rose.
  private(set) var gainedAt = Instant.zero
  /// Whether the application serves, by the word of the checkers.
  private(set) var isHealthy = true
  /// Whether an operator has overruled what keeps the node from coming up, until it is up.
  private(set) var isOverruled = false
  /// When the last drain ends at the latest; ``Instant/never`` if there was none.
  private(set) var drainUntil = Instant.never
  /// Whether the drain ends in standby instead of leaving.
  private(set) var endsDrainInStandby = false
  /// How often a node that leaves has yet to say so.
  private(set) var farewellsLeft = 0

  /// A stopped node that starts at an instant.
  init(startedAt: Instant = .zero) { self.startedAt = startedAt }

  /// A node that goes on as an earlier daemon at an instant.
  /// - Parameters:
  ///   - echoed: when the newest datagram of that daemon was sent that anyone has echoed.
  ///   - renewed: when the lease was renewed last, which the drain's deadline counts from.
  init(resuming last: Resumption, echoed: Instant, renewed: Instant, timeout: Duration, at now: Instant) {
    startedAt = now
    enter(last.status, at: now)
    // Isolation and the service network are judged as if we had never been away.
    upSince = last.status == .detached ? echoed - timeout : echoed
    // The daemon before may have gained buckets just before it went.
    gainedAt = now
    if let left = last.drainLeft { drainUntil = renewed + left }
    endsDrainInStandby = last.endsDrainInStandby
  }

  /// Enters another state. - Precondition: ``Status/mayBecome(_:)``.
  mutating func enter(_ next: Status, at now: Instant) {
    precondition(status.mayBecome(next), "an illegal transition in the life of a node")
    if next == .up {
      gainedAt = now
      isOverruled = false
      if !status.isMember { upSince = now }
    }
    status = next
    since = now
  }

  /// Notes that the node becomes the target of more buckets by its own word.
  mutating func noteGain(at now: Instant) { gainedAt = now }

  /// Takes over what the checkers say. - Returns: whether it is news.
  mutating func note(isHealthy: Bool) -> Bool {
    defer { self.isHealthy = isHealthy }
    return isHealthy != self.isHealthy
  }

  /// Overrules what keeps the node from coming up.
  mutating func overrule() { isOverruled = true }

  /// Says where the drain leads that begins now.
  mutating func planDrain(until deadline: Instant, inStandby: Bool) {
    drainUntil = deadline
    endsDrainInStandby = inStandby
  }

  /// Calls the drain off: the node will be up.
  mutating func cancelDrain() { endsDrainInStandby = false }

  /// Makes a node that leaves say so three times.
  mutating func planFarewells() { farewellsLeft = Lifecycle.farewells }

  /// Whether the node has said once or more that it leaves.
  var hasSaidFarewell: Bool { farewellsLeft < Lifecycle.farewells }

  mutating func sayFarewell() { farewellsLeft -= 1 }

  private static let farewells = 3
}
