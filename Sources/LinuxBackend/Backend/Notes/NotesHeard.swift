import Engine
import FarmFile

/// What other nodes have told in notes. The number of nodes limits its size, and it is shown to people and trusted no
/// further.
struct NotesHeard: Sendable {
  /// Keys of which not all parts have arrived.
  private struct Pieces: Sendable {
    var digest: Digest
    var parts: [[UInt8]?]
  }

  /// The last configuration that a node told of.
  private struct Word: Sendable {
    var digest: Digest
    var at: Instant
  }

  private var pieces: [NodeID: [Pieces]] = [:]
  private var words: [NodeID: Word] = [:]
  /// Complete keys by digest. At most two a node are needed.
  private var complete: [(digest: Digest, keys: FileKeys)] = []
  private var holds: [NodeID: [NodeID: Instant]] = [:]

  /// How long a word counts.
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
    // ``PathWatch`` takes these: it needs the network that it came by.
    case .longest: break
    }
  }

  private mutating func collect(
    _ bytes: [UInt8], _ part: Int, of parts: Int, _ digest: Digest, from node: NodeID
  ) {
    var own = pieces[node] ?? []
    if !own.contains(where: { $0.digest == digest && $0.parts.count == parts }) {
      // At most two: the configuration in force and the staged one.
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

  /// The keys of a configuration, if all parts have been told.
  func keys(of digest: Digest) -> FileKeys? { complete.first { $0.digest == digest }?.keys }

  /// The configuration that a node has lately told of. A node that listens tells it in no other way.
  func configuration(of node: NodeID, at now: Instant) -> Digest? {
    words[node].flatMap { now - $0.at <= Self.patience ? $0.digest : nil }
  }

  /// Whether any node has lately told of a configuration other than these.
  func hasOther(than known: [Digest], at now: Instant) -> Bool {
    words.values.contains { now - $0.at <= Self.patience && !known.contains($0.digest) }
  }

  /// When a node's hold of another one ends, as it says.
  func holdEnds(by holder: NodeID, of node: NodeID) -> Instant? { holds[holder]?[node] }
}
