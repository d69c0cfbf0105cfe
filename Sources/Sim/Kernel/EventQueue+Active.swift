import Engine

extension EventQueue {
  /// Sets the active range to the slot of `level` around a time in it.
  @inlinable mutating func narrow(to level: Int, around time: UInt64) {
    let width: UInt64 = 1 << UInt64(level &* Self.digitBits)
    base = time & ~(width &- 1)
    activeEnd = base | (width &- 1)
    activeLevel = level
  }

  @inlinable mutating func popActive() -> (Instant, Payload) {
    let entry = active[activeHead]
    activeHead += 1
    pending -= 1
    popped = entry.time
    return (Instant(nanoseconds: entry.time), entry.payload)
  }

  /// Inserts behind all active events that are not later.
  @inlinable mutating func sortIn(_ entry: Entry) {
    active.append(entry)
    var i = active.count - 1
    while i > activeHead, active[i - 1].time > entry.time {
      active[i] = active[i - 1]
      i -= 1
    }
    active[i] = entry
  }

  /// Inserts an event that is due within the active range.
  @inlinable mutating func insertActive(_ entry: Entry) {
    if activeHead > Self.activeLimit, activeHead &* 2 > active.count {
      active.removeSubrange(0..<activeHead)
      activeHead = 0
    }
    sortIn(entry)
    if active.count - activeHead > Self.activeLimit && activeLevel > 0 { spill() }
  }

  /// Makes the active range narrower until few events are left in it; the others go into slots.
  ///
  /// The levels below the active one are empty, so what is spilled in order stays in order.
  @inlinable mutating func spill() {
    var end = active.count
    repeat {
      narrow(to: activeLevel - 1, around: popped)
      var kept = end
      while kept > activeHead, active[kept - 1].time > activeEnd { kept -= 1 }
      for i in kept..<end { append(active[i]) }
      end = kept
    } while end - activeHead > Self.activeLimit && activeLevel > 0
    active.removeSubrange(end...)
  }
}
