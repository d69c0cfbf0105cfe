import Engine
import NIOCore

/// Looks at the segment beside heartbeats. It tells the node whether frames of others arrive, so that the node can tell
/// a deaf card from a farm whose other nodes are dead. It also tells the node whether another machine has its address,
/// and the operator who forges heartbeats.
extension DriverCore {
  /// Looks twice an interval until the node ends. A farm of one node needs no look: it has nobody to yield to.
  func watchFrames() {
    if setup.farm.settings.nodeCount == 1 { return }
    let watch = FrameWatch(setup, at: MonotonicClock.now)
    let bound = NIOLoopBound((core: self, watch: watch), eventLoop: loop)
    let pause = setup.farm.settings.heartbeat.interval.nanoseconds / 2
    let task = loop.scheduleRepeatedTask(initialDelay: .nanoseconds(pause), delay: .nanoseconds(pause)) { _ in
      let (core, watch) = bound.value
      let interval = core.setup.farm.settings.heartbeat.interval
      if let arrive = watch.look(at: MonotonicClock.now, interval: interval) {
        core.take(.frames(arrive: arrive))
      }
      core.lookForTwin()
      core.lookForForgeries()
    }
    ended.futureResult.whenComplete { _ in task.cancel() }
  }

  /// Before the node serves: asks whether another machine has its address, and tells the node if one answers.
  ///
  /// A copy of this machine has the same address, so neither ever hears the other's heartbeats. The node asks about
  /// three times while it listens, as any host does before it uses an address (RFC 5227, section 1.1).
  private func lookForTwin() {
    guard let claims, node.status == .listening || node.status == .joining else { return }
    let now = MonotonicClock.now
    let pause = 2 * node.settings.heartbeat.interval
    for claim in claims.look(at: now, askingEach: pause) { say(.claimed(claim, node: setup.name)) }
    if claims.claims.contains(where: { $0.isOwnAddress && $0.last == now }) { take(.addressTaken) }
  }

  /// Logs the MAC from which heartbeats come that no key explains.
  private func lookForForgeries() {
    for news in forgeries?.look(setup, sockets.authenticator, at: MonotonicClock.now) ?? [] {
      say(.forged(news))
    }
  }
}
