extension EventQueue {
  /// The first slot in time that holds events.
  /// - Precondition: a slot does.
  @inlinable var firstSlot: Int {
    let level = occupiedLevels.trailingZeroBitCount
    return level << Self.digitBits | occupied[level].trailingZeroBitCount
  }

  /// Puts an event later than `activeEnd` into its slot.
  @inlinable mutating func append(_ entry: Entry) {
    place(entry, onLevel: (63 - (entry.time ^ base).leadingZeroBitCount) / Self.digitBits)
  }

  @inlinable mutating func place(_ entry: Entry, onLevel level: Int) {
    let digit = Int(truncatingIfNeeded: entry.time >> UInt64(level &* Self.digitBits)) & 63
    let index = level << Self.digitBits | digit
    var slot = slots[index]
    let offset = slot.count & (Self.chunkSize - 1)
    if offset == 0 {
      let chunk = takeChunk(filledWith: entry)
      if slot.count == 0 {
        slot.first = chunk
        occupied[level] |= 1 << UInt64(digit)
        occupiedLevels |= 1 << UInt32(level)
      } else {
        nextChunk[Int(slot.last)] = chunk
      }
      slot.last = chunk
    }
    pool[Int(slot.last) &* Self.chunkSize &+ offset] = entry
    slot.count += 1
    slot.earliest = min(slot.earliest, entry.time)
    slots[index] = slot
  }

  /// Makes the first events in time active.
  /// - Precondition: no event is active and a slot holds some.
  @inlinable mutating func advance() {
    active.removeAll(keepingCapacity: true)
    activeHead = 0
    while true {
      let index = firstSlot
      let level = index >> Self.digitBits
      let slot = slots[index]
      slots[index] = Slot()
      occupied[level] &= occupied[level] &- 1
      if occupied[level] == 0 { occupiedLevels &= ~(1 << UInt32(level)) }
      if slot.count > Self.sortLimit && level > 0 {
        // The levels below are empty, so the first of the slots made here is the next one taken.
        empty(slot, toLevel: level - 1)
      } else {
        narrow(to: level, around: slot.earliest)
        empty(slot, toLevel: nil)
        return
      }
    }
  }

  /// Moves a slot's events to the slots of a lower level, or (`nil`) among the active ones.
  @inlinable mutating func empty(_ slot: Slot, toLevel level: Int?) {
    var chunk = slot.first
    var left = slot.count
    while true {
      let start = Int(chunk) &* Self.chunkSize
      for i in start..<(start + min(left, Self.chunkSize)) {
        if let level { place(pool[i], onLevel: level) } else { sortIn(pool[i]) }
      }
      left -= Self.chunkSize
      let following = nextChunk[Int(chunk)]
      nextChunk[Int(chunk)] = freeChunk
      freeChunk = chunk
      if left <= 0 { return }
      chunk = following
    }
  }

  /// A chunk that no slot uses; a new one is filled with copies of an event that goes there.
  @inlinable mutating func takeChunk(filledWith entry: Entry) -> UInt32 {
    let chunk = freeChunk
    if chunk != Self.noChunk {
      freeChunk = nextChunk[Int(chunk)]
      return chunk
    }
    let new = UInt32(nextChunk.count)
    pool.append(contentsOf: repeatElement(entry, count: Self.chunkSize))
    nextChunk.append(Self.noChunk)
    return new
  }
}
