/// The memory of a queue and its sizes.
extension EventQueue {
  @inlinable static var digitBits: Int { 6 }
  @inlinable static var levelCount: Int { 11 }
  @inlinable static var slotCount: Int { levelCount << digitBits }
  /// Events that a slot holds before it takes a chunk.
  @inlinable static var firstEvents: Int { 8 }
  @inlinable static var chunkSize: Int { 32 }
  @inlinable static var noChunk: UInt32 { .max }
  /// Up to this many events, sorting a slot at once is cheaper than spreading it first.
  @inlinable static var sortLimit: Int { 24 }
  /// With more active events than this, the active range is made narrower.
  @inlinable static var activeLimit: Int { 64 }

  /// One pending event.
  @usableFromInline struct Entry: BitwiseCopyable, Sendable {
    @usableFromInline var time: UInt64
    @usableFromInline var payload: Payload

    @inlinable init(time: UInt64, payload: Payload) {
      self.time = time
      self.payload = payload
    }
  }

  /// A first-in first-out list of events: the first few in memory of the slot's own, the others in a chain of chunks.
  @usableFromInline struct Slot: BitwiseCopyable, Sendable {
    @usableFromInline var count = 0
    /// The earliest time in the slot; lets the queue be asked for its next time without moving anything.
    @usableFromInline var earliest = UInt64.max
    @usableFromInline var firstChunk: UInt32 = 0
    @usableFromInline var lastChunk: UInt32 = 0

    @inlinable init() {}

    /// Counts an event of this time.
    @inlinable mutating func note(_ time: UInt64) {
      count &+= 1
      earliest = min(earliest, time)
    }
  }

  /// The memory of one queue, or of several copies until one of them changes.
  ///
  /// Its size never changes: a queue that needs more copies itself into a larger one. One object behind one check for
  /// uniqueness costs a third of what five arrays cost. Debug builds check every index.
  @usableFromInline final class Memory: @unchecked Sendable {
    @usableFromInline let active: UnsafeMutableBufferPointer<Entry>
    @usableFromInline let slots: UnsafeMutableBufferPointer<Slot>
    /// Bit `s` of word `l`: slot `s` of level `l` holds events.
    @usableFromInline let occupied: UnsafeMutableBufferPointer<UInt64>
    /// Slot `s` keeps its first events from `s * firstEvents` on.
    @usableFromInline let first: UnsafeMutableBufferPointer<Entry>
    /// Chunk `c` is `pool[c * chunkSize ..< (c + 1) * chunkSize]`.
    @usableFromInline let pool: UnsafeMutableBufferPointer<Entry>
    /// By chunk: the next one in its slot's chain, or in the chain of free chunks.
    @usableFromInline let nextChunk: UnsafeMutableBufferPointer<UInt32>

    @usableFromInline init(chunks: Int, active: Int) {
      self.active = .allocate(capacity: active)
      slots = .allocate(capacity: EventQueue.slotCount)
      slots.initialize(repeating: Slot())
      occupied = .allocate(capacity: EventQueue.levelCount)
      occupied.initialize(repeating: 0)
      first = .allocate(capacity: EventQueue.slotCount * EventQueue.firstEvents)
      pool = .allocate(capacity: chunks * EventQueue.chunkSize)
      nextChunk = .allocate(capacity: chunks)
    }

    /// The same contents, with room for at least as many chunks and active events.
    @usableFromInline convenience init(copying other: Memory, chunks: Int = 0, active: Int = 0) {
      self.init(
        chunks: max(chunks, other.nextChunk.count), active: max(active, other.active.count))
      Self.copy(other.active, to: self.active)
      Self.copy(other.slots, to: slots)
      Self.copy(other.occupied, to: occupied)
      Self.copy(other.first, to: first)
      Self.copy(other.pool, to: pool)
      Self.copy(other.nextChunk, to: nextChunk)
    }

    private static func copy<T: BitwiseCopyable>(
      _ source: UnsafeMutableBufferPointer<T>, to target: UnsafeMutableBufferPointer<T>
    ) {
      if let from = source.baseAddress { target.baseAddress!.update(from: from, count: source.count) }
    }

    deinit {
      active.deallocate()
      slots.deallocate()
      occupied.deallocate()
      first.deallocate()
      pool.deallocate()
      nextChunk.deallocate()
    }
  }

  /// The bytes that events and slots take, without chunks that were never used.
  public var bytes: Int {
    let events = usedChunks * Self.chunkSize + memory.active.count + memory.first.count
    return events * MemoryLayout<Entry>.stride + Self.slotCount * MemoryLayout<Slot>.stride + usedChunks * 4
  }
}
