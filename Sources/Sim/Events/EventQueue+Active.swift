import Engine

extension EventQueue {
  /// Sets the active range to the slot of `level` around a time in it.
  @inlinable mutating func narrow(to level: Int, around time: UInt64) {
    let width: UInt64 = 1 &<< UInt64(level &* Self.digitBits)
    base = time & ~(width &- 1)
    activeEnd = base | (width &- 1)
    activeLevel = level
  }

  /// Whether no event is active, so that the next one to be popped comes with a group of others.
  @inlinable var isBetweenGroups: Bool { activeHead == activeTail }

  /// The active events, the next one first. Valid until the queue changes.
  @inlinable var group: UnsafeMutableBufferPointer<Entry> {
    UnsafeMutableBufferPointer(rebasing: memory.active[activeHead..<activeTail])
  }

  @inlinable mutating func popActive() -> (Instant, Payload) {
    let entry = memory.active[activeHead]
    activeHead &+= 1
    pending &-= 1
    popped = entry.time
    return (Instant(nanoseconds: entry.time), entry.payload)
  }

  /// Inserts each of `count` events behind all active ones that are not later.
  /// - Precondition: there is room for them.
  @inlinable mutating func sortIn(_ events: UnsafeMutableBufferPointer<Entry>, _ start: Int, _ count: Int) {
    let active = memory.active
    let head = activeHead
    var tail = activeTail
    for event in start..<(start &+ count) {
      let entry = events[event]
      var i = tail
      while i > head, active[i &- 1].time > entry.time {
        active[i] = active[i &- 1]
        i &-= 1
      }
      active[i] = entry
      tail &+= 1
    }
    activeTail = tail
  }

  /// Inserts an event that is due within the active range.
  @inlinable mutating func insertActive(_ entry: Entry) {
    if activeTail == memory.active.count { makeRoom() }
    let active = memory.active
    var i = activeTail
    while i > activeHead, active[i &- 1].time > entry.time {
      active[i] = active[i &- 1]
      i &-= 1
    }
    active[i] = entry
    activeTail &+= 1
    if activeTail &- activeHead > Self.activeLimit && activeLevel > 0 { spill() }
  }

  /// Moves the active events to the front, into twice the memory if they fill more than half of it.
  @inlinable mutating func makeRoom() {
    if activeHead < activeTail / 2 { memory = Memory(copying: memory, active: 2 * activeTail) }
    for i in activeHead..<activeTail { memory.active[i &- activeHead] = memory.active[i] }
    activeTail -= activeHead
    activeHead = 0
  }

  /// Makes the active range narrower until few events are left in it; the others go into slots.
  ///
  /// The levels below the active one are empty, so events that are spilled in order stay in order.
  @inlinable mutating func spill() {
    repeat {
      narrow(to: activeLevel - 1, around: popped)
      var kept = activeTail
      while kept > activeHead, memory.active[kept &- 1].time > activeEnd { kept &-= 1 }
      for i in kept..<activeTail { append(memory.active[i]) }
      activeTail = kept
    } while activeTail - activeHead > Self.activeLimit && activeLevel > 0
  }
}
