import Engine
import FarmFile

/// The keys of this node's file and of the others', told and heard while a segment is checked: a running farmd takes part.
struct SegmentKeys {
  private let setup: DriverSetup
  private let own: Digest
  private var heard = NotesHeard()
  private var told = NotesTold()
  /// By node, what differs.
  private var others: [NodeID: Digest] = [:]

  init(_ setup: DriverSetup) {
    self.setup = setup
    own = setup.farm.settings.digest
  }

  /// Another node announces a configuration.
  mutating func note(_ digest: Digest, of node: NodeID) {
    if node == setup.node { return }
    others[node] = digest == own ? nil : digest
  }

  mutating func take(_ note: NodeNote) {
    guard note.farmID == setup.farm.settings.farmID else { return }
    heard.take(note, at: MonotonicClock.now)
    if case .keys(let digest, _, _, _) = note.content { self.note(digest, of: note.node) }
  }

  /// What is to be told now.
  mutating func next() -> [NodeNote] {
    guard !others.isEmpty else { return [] }
    return told.next(
      keys: {
        NodeNote.notes(
          of: setup.sharedKeys.bytes, digest: own, farmID: setup.farm.settings.farmID, node: setup.node)
      }, each: { [] }, at: MonotonicClock.now)
  }

  /// Whether every difference that is known of has its keys.
  var isComplete: Bool { others.values.allSatisfy { heard.keys(of: $0) != nil } }

  /// A check with the keys named, if it is the one of configurations and has failed.
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
