import Engine

/// What a node that is checked tells the others: who it is, and how much it has heard of each of them.
///
/// The same bytes are sent as a datagram on every network and as a frame to the shared MAC, followed by the trailer of
/// the farm's key. They are no heartbeat, so a running farmd drops them.
struct SegmentMessage: Hashable {
  /// How it was sent.
  enum Way: UInt8 {
    case datagram = 0
    case frame = 1
  }

  /// What the sender has heard of one node since it began.
  struct Heard: Hashable {
    /// The number of datagrams, by network.
    var datagrams: [UInt32]
    /// The number of frames to the shared MAC.
    var frames: UInt32 = 0
  }

  var farmID: UInt32
  var node: NodeID
  var way: Way
  /// A random number of this run, so that messages of an earlier run do not count.
  var session: UInt64
  /// The number of this message among those sent in the same way, from 1.
  var sequence: UInt32
  var wallMilliseconds: UInt64
  var configuration: Digest
  /// Whether the sender has heard all nodes in every way, and they it.
  var isComplete: Bool
  /// The session of each node whose messages were counted, 0 for none, and below what was heard; both by node id.
  var sessions: [UInt64]
  var heard: [Heard]

  /// "farm", and the version of this layout.
  private static let magic: UInt64 = 0x6661_726d_5052_0001
  private static let headerBytes = 8 + 4 + 2 + 1 + 1 + 8 + 4 + 8 + 8 + 1 + 1

  /// All integers are big-endian.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    func put(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.bigEndian) { bytes += $0 } }
    put(Self.magic)
    put(farmID)
    put(UInt16(node.index))
    put(way.rawValue)
    put(UInt8(isComplete ? 1 : 0))
    put(session)
    put(sequence)
    put(wallMilliseconds)
    put(configuration.rawValue)
    put(UInt8(heard.count))
    put(UInt8(heard.first?.datagrams.count ?? 0))
    for (session, heard) in zip(sessions, heard) {
      put(session)
      for count in heard.datagrams { put(count) }
      put(heard.frames)
    }
    return bytes
  }

  init(
    farmID: UInt32, node: NodeID, way: Way, session: UInt64, sequence: UInt32, wallMilliseconds: UInt64,
    configuration: Digest, isComplete: Bool, sessions: [UInt64], heard: [Heard]
  ) {
    self.farmID = farmID
    self.node = node
    self.way = way
    self.session = session
    self.sequence = sequence
    self.wallMilliseconds = wallMilliseconds
    self.configuration = configuration
    self.isComplete = isComplete
    self.sessions = sessions
    self.heard = heard
  }

  /// Reads a message without its trailer. Bytes after it are ignored, since short frames are padded. `nil` if it is no
  /// message of this farm.
  init?(_ bytes: some Collection<UInt8>, farmID wanted: UInt32, nodes: Int, networks: Int) {
    var rest = bytes[...]
    func take<Value: FixedWidthInteger>(_: Value.Type) -> Value {
      let taken = rest.prefix(MemoryLayout<Value>.size)
      rest = rest.dropFirst(MemoryLayout<Value>.size)
      return taken.reduce(0) { $0 << 8 | Value($1) }
    }
    guard bytes.count >= Self.length(nodes: nodes, networks: networks), take(UInt64.self) == Self.magic,
      take(UInt32.self) == wanted
    else { return nil }
    let index = Int(take(UInt16.self))
    guard index < nodes, let way = Way(rawValue: take(UInt8.self)) else { return nil }
    let isComplete = take(UInt8.self) == 1
    let session = take(UInt64.self)
    let sequence = take(UInt32.self)
    let wall = take(UInt64.self)
    let configuration = Digest(rawValue: take(UInt64.self))
    guard take(UInt8.self) == nodes, take(UInt8.self) == networks, session != 0 else { return nil }
    var (sessions, heard): ([UInt64], [Heard]) = ([], [])
    for _ in 0..<nodes {
      sessions.append(take(UInt64.self))
      let datagrams = (0..<networks).map { _ in take(UInt32.self) }
      heard.append(Heard(datagrams: datagrams, frames: take(UInt32.self)))
    }
    self.init(
      farmID: wanted, node: NodeID(index), way: way, session: session, sequence: sequence,
      wallMilliseconds: wall,
      configuration: configuration, isComplete: isComplete, sessions: sessions, heard: heard)
  }

  /// Bytes of a message in a farm of this size, without the trailer.
  static func length(nodes: Int, networks: Int) -> Int { headerBytes + nodes * (8 + 4 * networks + 4) }
}
