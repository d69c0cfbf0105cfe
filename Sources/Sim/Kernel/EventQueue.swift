import Engine

/// Pending events in one total order: by time, and at equal times by insertion.
///
/// A hierarchical timing wheel that tunes itself. Level `l` has 64 slots, each `64^l` nanoseconds wide; an
/// event waits on the level of the highest base-64 digit in which its time differs from ``base``. When the
/// first slot in time is reached and holds few events, they are sorted and become the *active* events, however
/// wide the slot is; when it holds many, they are spread over the next lower level first. So the width of a
/// slot follows the density of events and nothing is configured: microsecond packets, 100 ms heartbeats and
/// timers hours away share one queue, and a million events at one instant are a plain first-in first-out list.
///
/// Equal times always wait in the same slot, slots keep insertion order, and the sort is stable: that is what
/// makes the order total without storing a sequence number. An event takes the size of its payload plus 8 bytes.
///
/// `insert` and `popNext` are O(1) amortized (at most 11 moves an event, usually 1 to 3). The queue is a value: a
/// copy is independent. It is not a priority queue for the past: see ``insert(at:_:)``.
///
/// Source: G. Varghese and T. Lauck, "Hashed and hierarchical timing wheels", SOSP 1987; spreading a slot only
/// when it is crowded is the idea of W. T. Tang, R. S. M. Goh and I. L. Thng, "Ladder queue", ACM TOMACS 15(3), 2005.
public struct EventQueue<Payload: BitwiseCopyable & Sendable>: Sendable {
  /// One pending event.
  @usableFromInline struct Entry: BitwiseCopyable, Sendable {
    @usableFromInline var time: UInt64
    @usableFromInline var payload: Payload

    @inlinable init(time: UInt64, payload: Payload) {
      self.time = time
      self.payload = payload
    }
  }

  /// A first-in first-out list of events, as a chain of chunks of the pool.
  @usableFromInline struct Slot: BitwiseCopyable, Sendable {
    @usableFromInline var first: UInt32 = 0
    @usableFromInline var last: UInt32 = 0
    @usableFromInline var count = 0
    /// The earliest time in the slot; lets the queue be asked for its next time without moving anything.
    @usableFromInline var earliest = UInt64.max

    @inlinable init() {}
  }

  /// The number of pending events.
  @inlinable public var count: Int { pending }
  /// The time of the event popped last, ``Engine/Instant/zero`` before the first.
  @inlinable public var now: Instant { Instant(nanoseconds: popped) }

  @usableFromInline var pending = 0
  @usableFromInline var popped: UInt64 = 0
  /// All events from here to `activeEnd`, both included, are active; all later ones are in slots.
  @usableFromInline var base: UInt64 = 0
  @usableFromInline var activeEnd: UInt64 = 0
  /// The level whose slot width is `activeEnd - base + 1`.
  @usableFromInline var activeLevel = 0
  /// Sorted from `activeHead` on; what lies before is popped.
  @usableFromInline var active: [Entry] = []
  @usableFromInline var activeHead = 0

  @usableFromInline var slots: [Slot]
  /// Bit `s` of word `l`: slot `s` of level `l` holds events.
  @usableFromInline var occupied: [UInt64]
  /// Bit `l`: level `l` holds events.
  @usableFromInline var occupiedLevels: UInt32 = 0
  /// Chunk `c` is `pool[c * chunkSize ..< (c + 1) * chunkSize]`.
  @usableFromInline var pool: [Entry] = []
  /// By chunk: the next one in its slot's chain, or in the chain of free chunks.
  @usableFromInline var nextChunk: [UInt32] = []
  @usableFromInline var freeChunk = EventQueue.noChunk

  @inlinable static var digitBits: Int { 6 }
  @inlinable static var levelCount: Int { 11 }
  @inlinable static var chunkSize: Int { 32 }
  @inlinable static var noChunk: UInt32 { .max }
  /// Up to here sorting a slot at once is cheaper than spreading it first.
  @inlinable static var sortLimit: Int { 24 }
  /// More active events than this, and the active range is made narrower.
  @inlinable static var activeLimit: Int { 64 }

  /// An empty queue at time zero.
  @inlinable public init() {
    slots = [Slot](repeating: Slot(), count: Self.levelCount << Self.digitBits)
    occupied = [UInt64](repeating: 0, count: Self.levelCount)
  }

  @inlinable public var isEmpty: Bool { count == 0 }

  /// When the next event is due; `nil` for an empty queue.
  /// - Complexity: O(1).
  @inlinable public var nextTime: Instant? {
    if activeHead < active.count { return Instant(nanoseconds: active[activeHead].time) }
    guard pending > 0 else { return nil }
    return Instant(nanoseconds: slots[firstSlot].earliest)
  }

  /// Adds an event. Of events at the same time, the one inserted first is popped first.
  /// - Precondition: `time` is not earlier than ``now``: what is popped is past.
  /// - Complexity: O(1) amortized.
  @inlinable public mutating func insert(at time: Instant, _ payload: Payload) {
    let entry = Entry(time: time.nanoseconds, payload: payload)
    precondition(entry.time >= popped, "an event cannot be inserted before the one popped last")
    pending += 1
    if entry.time <= activeEnd { insertActive(entry) } else { append(entry) }
  }

  /// Removes and returns the first event; `nil` for an empty queue.
  /// - Complexity: O(1) amortized.
  @inlinable public mutating func popNext() -> (Instant, Payload)? {
    if activeHead == active.count {
      guard pending > 0 else { return nil }
      advance()
    }
    return popActive()
  }

  /// Removes and returns the first event if it is due strictly before `limit`; otherwise changes nothing.
  /// - Complexity: O(1) amortized.
  @inlinable public mutating func popNext(before limit: Instant) -> (Instant, Payload)? {
    if activeHead == active.count {
      guard pending > 0, slots[firstSlot].earliest < limit.nanoseconds else { return nil }
      advance()
    }
    guard active[activeHead].time < limit.nanoseconds else { return nil }
    return popActive()
  }
}

extension EventQueue {
  /// The bytes that events and slots take, unused room of the last growth step left out.
  public var bytes: Int {
    let entry = MemoryLayout<Entry>.stride
    return (pool.count + active.count) * entry + slots.count * MemoryLayout<Slot>.stride
      + nextChunk.count * MemoryLayout<UInt32>.stride + occupied.count * 8
  }
}
