/// The wheel: events that are not active wait in slots, and the first slot in time becomes active or is spread.
extension EventQueue {
  /// The first slot in time that holds events.
  /// - Precondition: a slot does.
  @inlinable var firstSlot: Int {
    let level = occupiedLevels.trailingZeroBitCount
    return level << Self.digitBits | memory.occupied[level].trailingZeroBitCount
  }

  /// Puts an event later than `activeEnd` into its slot.
  @inlinable mutating func append(_ entry: Entry) {
    place(entry, onLevel: (63 &- (entry.time ^ base).leadingZeroBitCount) / Self.digitBits)
  }

  @inlinable mutating func place(_ entry: Entry, onLevel level: Int) {
    let digit = Int(truncatingIfNeeded: entry.time &>> UInt64(level &* Self.digitBits)) & 63
    let index = level << Self.digitBits | digit
    let count = memory.slots[index].count
    if count < Self.firstEvents {
      memory.first[index &* Self.firstEvents &+ count] = entry
    } else {
      chain(entry, to: index, at: count &- Self.firstEvents)
    }
    // Growing the chain may have moved the memory, so the slots are looked up only now.
    memory.slots[index].note(entry.time)
    memory.occupied[level] |= 1 &<< UInt64(digit)
    occupiedLevels |= 1 &<< UInt32(level)
  }

  /// Writes an event behind the `position` ones that a slot's chunks hold.
  @inlinable mutating func chain(_ entry: Entry, to index: Int, at position: Int) {
    let offset = position & (Self.chunkSize - 1)
    if offset == 0 {
      let chunk = takeChunk()
      if position == 0 {
        memory.slots[index].firstChunk = chunk
      } else {
        memory.nextChunk[Int(memory.slots[index].lastChunk)] = chunk
      }
      memory.slots[index].lastChunk = chunk
    }
    memory.pool[Int(memory.slots[index].lastChunk) &* Self.chunkSize &+ offset] = entry
  }

  /// Makes the first events in time active.
  /// - Precondition: no event is active and a slot holds some.
  @inlinable mutating func advance() {
    if !isKnownUniquelyReferenced(&memory) { memory = Memory(copying: memory) }
    activeHead = 0
    activeTail = 0
    while true {
      let index = firstSlot
      let level = index &>> Self.digitBits
      let slot = memory.slots[index]
      memory.slots[index] = Slot()
      let others = memory.occupied[level] & (memory.occupied[level] &- 1)
      memory.occupied[level] = others
      if others == 0 { occupiedLevels &= occupiedLevels &- 1 }
      if slot.count <= Self.sortLimit || level == 0 {
        narrow(to: level, around: slot.earliest)
        if slot.count > memory.active.count { memory = Memory(copying: memory, active: slot.count) }
        activate(slot, index)
        return
      }
      // The levels below are empty, so the first of the slots made here is the next one taken.
      spread(slot, index, toLevel: level &- 1)
    }
  }

  /// Sorts a slot's events into the active ones, of which there are none yet.
  /// - Precondition: there is room for them.
  @inlinable mutating func activate(_ slot: Slot, _ index: Int) {
    let start = index &* Self.firstEvents
    sortIn(memory.first, start, min(slot.count, Self.firstEvents))
    var left = slot.count &- Self.firstEvents
    var chunk = slot.firstChunk
    while left > 0 {
      sortIn(memory.pool, Int(chunk) &* Self.chunkSize, min(left, Self.chunkSize))
      left &-= Self.chunkSize
      chunk = release(chunk)
    }
  }

  /// Moves a slot's events to slots of a lower level.
  @inlinable mutating func spread(_ slot: Slot, _ index: Int, toLevel level: Int) {
    let start = index &* Self.firstEvents
    for i in start..<(start &+ min(slot.count, Self.firstEvents)) { place(memory.first[i], onLevel: level) }
    var left = slot.count &- Self.firstEvents
    var chunk = slot.firstChunk
    while left > 0 {
      let start = Int(chunk) &* Self.chunkSize
      for i in start..<(start &+ min(left, Self.chunkSize)) { place(memory.pool[i], onLevel: level) }
      left &-= Self.chunkSize
      chunk = release(chunk)
    }
  }

  /// Gives a chunk back and returns the one that followed it in its chain.
  @inlinable mutating func release(_ chunk: UInt32) -> UInt32 {
    let following = memory.nextChunk[Int(chunk)]
    memory.nextChunk[Int(chunk)] = freeChunk
    freeChunk = chunk
    return following
  }

  /// A chunk that no slot uses.
  @inlinable mutating func takeChunk() -> UInt32 {
    if freeChunk != Self.noChunk {
      let chunk = freeChunk
      freeChunk = memory.nextChunk[Int(chunk)]
      return chunk
    }
    if usedChunks == memory.nextChunk.count {
      memory = Memory(copying: memory, chunks: max(8, 2 * usedChunks))
    }
    usedChunks += 1
    // Nothing reads it before the chunk gets a successor, but a copy of the memory copies it.
    memory.nextChunk[usedChunks - 1] = Self.noChunk
    return UInt32(truncatingIfNeeded: usedChunks - 1)
  }
}
