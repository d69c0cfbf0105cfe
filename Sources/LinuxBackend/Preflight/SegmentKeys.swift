import Engine
import FarmFile

/// Exchanges the keys of the nodes' files while a segment is checked; a node that runs farmd takes part.
struct SegmentKeys {
  private let setup: DriverSetup
  private let own: Digest
  private var heard = NotesHeard()
  private var told = NotesTold()
  /// The configurations that differ from this node's, by node.
  private var others: [NodeID: Digest] = [:]

  init(_ setup: DriverSetup) {
    self.setup = setup
    own = setup.farm.settings.digest
  }

  /// Takes the configuration that another node announces.
  mutating func note(_ digest: Digest, of node: NodeID) {
    if node == setup.node { return }
    others[node] = digest == own ? nil : digest
  }

  mutating func take(_ note: NodeNote) {
    guard note.farmID == setup.farm.settings.farmID else { return }
    heard.take(note, at: MonotonicClock.now)
    if case .keys(let digest, _, _, _) = note.content { self.note(digest, of: note.node) }
  }

  /// The notes to send now.
  mutating func next() -> [NodeNote] {
    guard !others.isEmpty else { return [] }
    return told.next(
      keys: {
        NodeNote.notes(
          of: setup.sharedKeys.bytes, digest: own, farmID: setup.farm.settings.farmID, node: setup.node)
      }, each: { [] }, at: MonotonicClock.now)
  }

  /// Whether the keys of every known difference have arrived.
  var isComplete: Bool { others.values.allSatisfy { heard.keys(of: $0) != nil } }

  /// Names the keys in the check of configurations, if it has failed; returns other checks unchanged.
  func named(_ check: PreflightCheck) -> PreflightCheck {
    guard check.name == SegmentTally.sameConfiguration, case .fails(let detail, let fix) = check.finding
    else {
      return check
    }
    let names = FarmNames(setup.farm)
    let differences = others.sorted { $0.key < $1.key }.map { node, digest in
      PeerDifference(
        node: node, digest: digest, isStaged: false,
        keys: heard.keys(of: digest).map { setup.sharedKeys.differences(from: $0) })
    }
    guard let text = names.together(differences) else { return check }
    return PreflightCheck(check.name, .fails("\(detail): \(text)", fix: fix))
  }
}
