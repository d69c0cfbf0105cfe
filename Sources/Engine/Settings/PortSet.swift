/// A set of ports as a bitmap of 8 KiB: what a rule matches.
struct PortSet: Sendable, Hashable {
  private var words = [UInt64](repeating: 0, count: 1024)

  /// Adds a range. - Returns: whether none of its ports was there before. A descending range is empty.
  mutating func insert(_ range: PortRange) -> Bool {
    guard range.first <= range.last else { return true }
    let first = Int(range.first)
    let last = Int(range.last)
    var isNew = true
    for i in first >> 6...last >> 6 {
      var mask = UInt64.max
      if i == first >> 6 { mask &= .max << UInt64(first & 63) }
      if i == last >> 6 { mask &= .max >> UInt64(63 - last & 63) }
      if words[i] & mask != 0 { isNew = false }
      words[i] |= mask
    }
    return isNew
  }

  mutating func formUnion(_ other: PortSet) {
    for i in words.indices { words[i] |= other.words[i] }
  }

  func isSubset(of other: PortSet) -> Bool {
    for i in words.indices where words[i] & ~other.words[i] != 0 { return false }
    return true
  }
}
