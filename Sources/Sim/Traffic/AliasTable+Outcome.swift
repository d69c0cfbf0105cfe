extension AliasTable {
  /// The outcome that a random number stands for.
  ///
  /// The lowest 14 bits of the number are not used, so they may stand for something else. A share is off by at most the
  /// number of outcomes times 2^-50.
  @inline(__always) func outcome(of random: UInt64) -> UInt32 {
    let (place, side) = (random & ~0x3fff).multipliedFullWidth(by: UInt64(columns.count))
    let column = columns[Int(place)]
    return UInt32(truncatingIfNeeded: side >> 32) < column.own
      ? UInt32(truncatingIfNeeded: place) : column.alias
  }
}
