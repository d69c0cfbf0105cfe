/// A set of buckets, numbered through all groups one after the other. It takes no memory while it is empty.
struct BucketMarks: Sendable {
  private var words: [UInt64] = []
  private(set) var count = 0

  var isEmpty: Bool { count == 0 }

  func contains(_ i: Int) -> Bool {
    i >> 6 < words.count && words[i >> 6] >> UInt64(i & 63) & 1 == 1
  }

  mutating func insert(_ i: Int) {
    if contains(i) { return }
    while words.count <= i >> 6 { words.append(0) }
    words[i >> 6] |= 1 << UInt64(i & 63)
    count += 1
  }

  mutating func remove(_ i: Int) {
    guard contains(i) else { return }
    words[i >> 6] &= ~(1 << UInt64(i & 63))
    count -= 1
  }
}
