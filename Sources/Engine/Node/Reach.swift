/// Whether this node reaches the others and they reach it: what it hears, what comes back, and whether frames arrive.
///
/// A node that sends but is heard by nobody learns of it by the way back: the others' vectors echo what it has sent. A
/// node that hears nothing learns of it by frames: where clients can reach a node, it gets frames of any kind. What
/// follows is in `Node+Isolation.swift` and `Node+Deaf.swift`.
struct Reach: Sendable {
  /// When the newest of our datagrams that anyone has echoed was sent; or the start.
  private(set) var lastEchoed: Instant
  /// When anyone was last heard, and since when without a silence of more than `tau`.
  private(set) var lastHeard = Instant.zero
  private(set) var hearingSince = Instant.zero
  private var hasHeard = false
  /// Since when no frame of anybody arrives on a service network; ``Instant/never`` while some do.
  private(set) var silentSince = Instant.never
  /// Whether the witness (the gateway) answers.
  private(set) var hasGateway = true

  /// - Parameter echoed: when the newest datagram was sent that counts as echoed.
  init(echoed: Instant = .zero) { lastEchoed = echoed }

  /// Notes that another node has shown a datagram of ours that was sent at an instant.
  mutating func noteEcho(sent: Instant) { lastEchoed = max(lastEchoed, sent) }

  /// Notes a heartbeat that its sender was heard with. - Parameter heardAt: when it may have arrived.
  mutating func hear(at heardAt: Instant, now: Instant, timeout: Duration) {
    if !hasHeard || heardAt - lastHeard > timeout { hearingSince = now }
    hasHeard = true
    lastHeard = max(heardAt, lastHeard)
  }

  /// Takes over when an earlier daemon heard a member.
  mutating func restore(heardAt: Instant) {
    hasHeard = true
    lastHeard = max(lastHeard, heardAt)
  }

  mutating func note(hasGateway: Bool) { self.hasGateway = hasGateway }

  /// Takes over whether frames of others arrive on a service network. - Returns: whether that is news.
  mutating func note(framesArrive: Bool, at now: Instant) -> Bool {
    if framesArrive == (silentSince == .never) { return false }
    silentSince = framesArrive ? .never : now
    return true
  }
}
