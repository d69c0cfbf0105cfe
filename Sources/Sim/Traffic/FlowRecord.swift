/// One connection that is under way, or a session between two of its connections.
///
/// 48 bytes, since a run may hold a million. Every record but a free one has exactly one pending event, whose
/// payload is the record's place; ``stage`` says what the event means, so nothing is ever cancelled.
struct FlowRecord: BitwiseCopyable, Sendable {
  enum Stage: UInt8, BitwiseCopyable, Sendable {
    case free = 0
    /// No attempt was answered yet. The event is the next attempt; ``end`` holds the flow's duration.
    case connecting
    /// Established and tracked by ``node``. The event is the next segment, or FIN if it is not before ``end``.
    case open
    /// Between two connections of a session. The event is the next connection.
    case thinking
    /// A flow of datagrams, last answered by ``node``. The event is the next datagram, the last of which is sent at
    /// ``end``, or the end of the client's patience.
    case datagrams
    /// The client is gone but ``node`` does not know. The event is the time-out of its tracking.
    case abandoned
  }

  /// In nanoseconds: see ``Stage``.
  var end: UInt64 = 0
  /// When the first of the attempts that failed in a row was made, or the first lost segment sent; `max` if none.
  var since = UInt64.max
  /// The second random number of a block of two, while only the first was drawn.
  private(set) var spare: UInt64 = 0
  /// The client, by its index; in a free record, the next free place.
  var client: UInt32 = 0
  /// The number of the arrival in its stream: the key of its random numbers.
  var number: UInt32 = 0
  /// How many of its random numbers were drawn.
  private(set) var drawn: UInt32 = 0
  /// The generation of the node's tracking that holds the flow.
  var generation: UInt16 = 0
  /// For flows of datagrams: ``Traffic/lives`` of the node when it answered last.
  var life: UInt16 = 0
  /// See ``TrafficStream/key(client:port:)``.
  var key: UInt16 = 0
  var stream: UInt16 = 0
  /// The node that tracks the flow.
  var node: UInt8 = 0
  /// The node that the session met first, or one of ``noNode`` and ``movedAlready``.
  var firstNode = FlowRecord.noNode
  /// ``stage`` in the low bits, ``isOfTheStart`` in the highest.
  private var stageBits: UInt8 = 0
  /// Attempts or retransmissions that failed in a row; for a flow of datagrams, 1 if no application knows it any more.
  var tries: UInt8 = 0

  var stage: Stage {
    @inline(__always) get { unsafeBitCast(stageBits & 0x7f, to: Stage.self) }
    @inline(__always) set { stageBits = stageBits & 0x80 | newValue.rawValue }
  }

  /// Whether the connection began before the farm had formed, so that it is not counted.
  var isOfTheStart: Bool {
    @inline(__always) get { stageBits & 0x80 != 0 }
    @inline(__always) set { stageBits = newValue ? stageBits | 0x80 : stageBits & 0x7f }
  }

  /// Remembers where its random numbers stand.
  @inline(__always) mutating func keep(_ dice: RandomStream) {
    drawn = UInt32(truncatingIfNeeded: dice.position)
    spare = dice.spare
  }

  static var noNode: UInt8 { 255 }
  /// The session has met two nodes and has been counted as moved.
  static var movedAlready: UInt8 { 254 }
}
