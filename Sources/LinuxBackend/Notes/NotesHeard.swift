import Engine
import FarmFile

/// What the others have told in notes, bounded by the number of nodes: nothing of it is trusted beyond being shown.
struct NotesHeard: Sendable {
  /// Keys that are being put together.
  private struct Pieces: Sendable {
    var digest: Digest
    var parts: [[UInt8]?]
  }

  /// What a node told last.
  private struct Word: Sendable {
    var digest: Digest
    var at: Instant
  }

  private var pieces: [NodeID: [Pieces]] = [:]
  private var words: [NodeID: Word] = [:]
  /// By digest; more than two a node are never needed.
  private var complete: [(digest: Digest, keys: FileKeys)] = []
  private var holds: [NodeID: [NodeID: Instant]] = [:]

  /// For how long a word counts.
  static let patience = Duration.seconds(10)

  mutating func take(_ note: NodeNote, at now: Instant) {
    switch note.content {
    case .keys(let digest, let part, let parts, let bytes):
      words[note.node] = Word(digest: digest, at: now)
      if keys(of: digest) == nil { collect(bytes, part, of: parts, digest, from: note.node) }
    case .holds(let told):
      var ends: [NodeID: Instant] = [:]
      for hold in told { ends[hold.node] = now + hold.left }
      holds[note.node] = ends
    // For those who know by which network it came.
    case .longest: break
    }
  }

  private mutating func collect(
    _ bytes: [UInt8], _ part: Int, of parts: Int, _ digest: Digest, from node: NodeID
  ) {
    var own = pieces[node] ?? []
    if !own.contains(where: { $0.digest == digest && $0.parts.count == parts }) {
      // The one in force and the one that is staged.
      if own.count == 2 { own.removeFirst() }
      own.append(Pieces(digest: digest, parts: Array(repeating: nil, count: parts)))
    }
    let i = own.firstIndex { $0.digest == digest && $0.parts.count == parts }!
    own[i].parts[part] = bytes
    if own[i].parts.allSatisfy({ $0 != nil }) {
      if let keys = FileKeys(bytes: own[i].parts.flatMap { $0 ?? [] }) {
        if complete.count == 2 * Limits.maximumNodes { complete.removeFirst() }
        complete.append((digest, keys))
      }
      own.remove(at: i)
    }
    pieces[node] = own
  }

  /// The keys of a configuration, if a node has told them whole.
  func keys(of digest: Digest) -> FileKeys? { complete.first { $0.digest == digest }?.keys }

  /// The configuration that a node has told of lately: one that listens says nothing else.
  func configuration(of node: NodeID, at now: Instant) -> Digest? {
    words[node].flatMap { now - $0.at <= Self.patience ? $0.digest : nil }
  }

  /// Whether any node has told lately of a configuration that is none of these.
  func hasOther(than known: [Digest], at now: Instant) -> Bool {
    words.values.contains { now - $0.at <= Self.patience && !known.contains($0.digest) }
  }

  /// Until when a node says that it holds another one.
  func holdEnds(by holder: NodeID, of node: NodeID) -> Instant? { holds[holder]?[node] }
}
