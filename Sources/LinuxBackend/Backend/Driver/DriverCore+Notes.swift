import Engine
import FarmFile
import NIOCore

/// Tells the other nodes this node's file, and hears theirs, where configurations differ.
///
/// Ten times a second it sends the notes that are due: this node's keys while another node needs them, the nodes that
/// it holds down, and how long its heartbeats are. Notes of others are kept and shown. A difference is logged once its
/// keys are known.
extension DriverCore {
  /// Tells and logs, from now until the node ends.
  func keepNotes() {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let tick = TimeAmount.nanoseconds(NotesTold.tick.nanoseconds)
    let task = loop.scheduleRepeatedTask(initialDelay: tick, delay: tick) { _ in bound.value.tellNotes() }
    ended.futureResult.whenComplete { _ in task.cancel() }
  }

  func hear(_ note: NodeNote, on network: NetworkID) {
    guard note.farmID == node.settings.farmID, note.node != node.id else { return }
    if case .longest(let length) = note.content {
      paths.takeNote(of: length, from: note.node, on: network, at: MonotonicClock.now)
    }
    notesHeard.take(note, at: MonotonicClock.now)
  }

  private func tellNotes() {
    if isIdle { return }
    let now = MonotonicClock.now
    let isDifferent = differs(at: now)
    let notes = notesTold.next(
      keys: { isDifferent ? ownNotes() : nil }, each: { holdNotes(at: now) + lengthNotes() }, at: now)
    for note in notes { sockets.send(note.bytes) }
    sayDifferences(isDifferent ? differences(at: now) : [], at: now)
  }

  /// Whether any node needs this node's keys.
  private func differs(at now: Instant) -> Bool {
    if !node.strangers.isEmpty || !node.dissenters.isEmpty { return true }
    return notesHeard.hasOther(than: known, at: now)
  }

  /// The digests of the configurations that this node has in force or staged.
  private var known: [Digest] {
    [setup.farm.settings.digest] + (stagedSetup.map { [$0.farm.settings.digest] } ?? [])
  }

  private func ownNotes() -> [NodeNote] {
    ([setup] + (stagedSetup.map { [$0] } ?? [])).flatMap { setup in
      NodeNote.notes(
        of: setup.sharedKeys.bytes, digest: setup.farm.settings.digest, farmID: node.settings.farmID,
        node: node.id)
    }
  }

  private func holdNotes(at now: Instant) -> [NodeNote] {
    let holds = node.holding.compactMap { held in
      node.holdEnds(of: held, at: now).map { NodeNote.Hold(node: held, left: $0 - now) }
    }
    return holds.isEmpty
      ? [] : [NodeNote(farmID: node.settings.farmID, node: node.id, content: .holds(holds))]
  }

  /// How long this node's heartbeats are; nothing from a node that sends no heartbeats.
  private func lengthNotes() -> [NodeNote] {
    guard node.status != .stopped, node.status != .listening else { return [] }
    let length = paths.ownLength
    return [NodeNote(farmID: node.settings.farmID, node: node.id, content: .longest(bytes: length))]
  }

  /// How other nodes' configurations differ from this node's, by node.
  func differences(at now: Instant) -> [PeerDifference] {
    var found: [PeerDifference] = []
    for i in 0..<node.settings.nodeCount where i != node.id.index {
      let other = NodeID(i)
      // A node that listens sends no heartbeats, but may send notes.
      let told = node.isUnderstood(other) ? nil : notesHeard.configuration(of: other, at: now)
      if let digest = node.otherConfiguration(of: other) ?? told, !known.contains(digest) {
        found.append(difference(of: other, digest, from: setup, isStaged: false))
      }
      if node.dissenters.contains(other), let digest = node.staged(by: other), let stagedSetup {
        found.append(difference(of: other, digest, from: stagedSetup, isStaged: true))
      }
    }
    return found
  }

  private func difference(
    of other: NodeID, _ digest: Digest, from setup: DriverSetup, isStaged: Bool
  ) -> PeerDifference {
    PeerDifference(
      node: other, digest: digest, isStaged: isStaged,
      keys: notesHeard.keys(of: digest).map { setup.sharedKeys.differences(from: $0) })
  }

  /// Logs each difference once, as soon as its keys are known, or if they have not been told within six seconds.
  private func sayDifferences(_ differences: [PeerDifference], at now: Instant) {
    saidDifferences = saidDifferences.filter { said in
      differences.contains { $0.node == said.key.node && $0.digest == said.key.digest }
    }
    for difference in differences {
      let key = SaidDifference(node: difference.node, digest: difference.digest, own: known)
      let since = saidDifferences[key]?.since ?? now
      let isDue = difference.keys != nil || now - since >= .seconds(6)
      let isSaid = saidDifferences[key]?.isSaid ?? false
      saidDifferences[key] = (since, isSaid || isDue)
      if isDue, !isSaid { say(.configurationDiffers(difference)) }
    }
  }
}

/// Tells one difference from another.
struct SaidDifference: Hashable {
  var node: NodeID
  var digest: Digest
  var own: [Digest]
}
