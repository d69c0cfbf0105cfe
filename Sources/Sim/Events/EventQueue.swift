import Engine

/// Pending events in one total order: by time, and at equal times by insertion.
///
/// It is a hierarchical timing wheel that tunes itself. Level `l` has 64 slots, each `64^l` nanoseconds wide; an
/// event waits on the level of the highest base-64 digit in which its time differs from ``base``. When the
/// first slot in time is reached and holds few events, they are sorted and become the *active* events, however
/// wide the slot is; when it holds many, they are spread over the next lower level first. So the width of a
/// slot follows the density of events and nothing is configured: microsecond packets, 100 ms heartbeats and
/// timers hours away share one queue, and a million events at one instant are a plain first-in first-out list.
///
/// Events of equal time always wait in the same slot, slots keep insertion order, and the sort is stable, so the order
/// is total without a stored sequence number. An event takes the size of its payload plus 8 bytes.
///
/// `insert` and `popNext` are O(1) amortized (at most 11 moves an event, usually 1 to 3). The queue is a value: a
/// copy is independent. It takes no events in the past: see ``insert(at:_:)``.
///
/// Source: G. Varghese and T. Lauck, "Hashed and hierarchical timing wheels", SOSP 1987; spreading a slot only
/// when it is crowded is the idea of W. T. Tang, R. S. M. Goh and I. L. Thng, "Ladder queue", ACM TOMACS 15(3), 2005.
public struct EventQueue<Payload: BitwiseCopyable & Sendable>: Sendable {
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
  /// The active events are `memory.active[activeHead..<activeTail]`, sorted; what lies before is popped.
  @usableFromInline var activeHead = 0
  @usableFromInline var activeTail = 0

  /// Bit `l`: level `l` holds events.
  @usableFromInline var occupiedLevels: UInt32 = 0
  /// The first of the chunks that no slot uses.
  @usableFromInline var freeChunk = EventQueue.noChunk
  /// Chunks from here on were never used.
  @usableFromInline var usedChunks = 0
  @usableFromInline var memory: Memory

  /// An empty queue at time zero.
  @inlinable public init() { memory = Memory(chunks: 0, active: 2 * Self.activeLimit) }

  @inlinable public var isEmpty: Bool { count == 0 }

  /// When the next event is due; `nil` for an empty queue.
  /// - Complexity: O(1).
  @inlinable public var nextTime: Instant? {
    if activeHead < activeTail { return Instant(nanoseconds: memory.active[activeHead].time) }
    guard pending > 0 else { return nil }
    return Instant(nanoseconds: memory.slots[firstSlot].earliest)
  }

  /// Adds an event. Of events at the same time, the one inserted first is popped first.
  /// - Precondition: `time` is not earlier than ``now``.
  /// - Complexity: O(1) amortized.
  @inlinable public mutating func insert(at time: Instant, _ payload: Payload) {
    let entry = Entry(time: time.nanoseconds, payload: payload)
    precondition(entry.time >= popped, "an event cannot be inserted before the one popped last")
    pending += 1
    if !isKnownUniquelyReferenced(&memory) { memory = Memory(copying: memory) }
    if entry.time <= activeEnd { insertActive(entry) } else { append(entry) }
  }

  /// Removes and returns the first event; `nil` for an empty queue.
  /// - Complexity: O(1) amortized.
  @inlinable public mutating func popNext() -> (Instant, Payload)? {
    if activeHead == activeTail {
      guard pending > 0 else { return nil }
      advance()
    }
    return popActive()
  }

  /// Removes and returns the first event if it is due strictly before `limit`; otherwise changes nothing.
  /// - Complexity: O(1) amortized.
  @inlinable public mutating func popNext(before limit: Instant) -> (Instant, Payload)? {
    if activeHead == activeTail {
      guard pending > 0, memory.slots[firstSlot].earliest < limit.nanoseconds else { return nil }
      advance()
    }
    guard memory.active[activeHead].time < limit.nanoseconds else { return nil }
    return popActive()
  }
}
