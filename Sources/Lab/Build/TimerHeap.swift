/// Values with the times when they are due, earliest first. At equal times the one that was inserted first comes first.
struct TimerHeap<Value> {
  private var items: [(at: UInt64, number: UInt64, value: Value)] = []
  private var count: UInt64 = 0

  var next: UInt64? { items.first?.at }

  mutating func insert(at: UInt64, _ value: Value) {
    items.append((at, count, value))
    count += 1
    var i = items.count - 1
    while i > 0, isEarlier(i, (i - 1) / 2) {
      items.swapAt(i, (i - 1) / 2)
      i = (i - 1) / 2
    }
  }

  /// Removes and returns the first value if it is due.
  mutating func pop(until now: UInt64) -> Value? {
    guard let first = items.first, first.at <= now else { return nil }
    let last = items.removeLast()
    if items.isEmpty { return first.value }
    items[0] = last
    var i = 0
    while true {
      var least = i
      for child in [2 * i + 1, 2 * i + 2] where child < items.count && isEarlier(child, least) {
        least = child
      }
      if least == i { return first.value }
      items.swapAt(i, least)
      i = least
    }
  }

  private func isEarlier(_ a: Int, _ b: Int) -> Bool {
    (items[a].at, items[a].number) < (items[b].at, items[b].number)
  }
}
