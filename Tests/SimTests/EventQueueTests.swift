import Engine
import Testing

@testable import Sim

/// The queue against the obvious one: a list kept in order of (time, insertion).
@Suite struct EventQueueTests {
  /// A list sorted by time, where equal times keep the order they were inserted in.
  struct SortedList {
    var entries: [(time: UInt64, payload: UInt32)] = []

    mutating func insert(_ time: UInt64, _ payload: UInt32) {
      var low = 0
      var high = entries.count
      while low < high {
        let middle = (low + high) / 2
        if entries[middle].time <= time { low = middle + 1 } else { high = middle }
      }
      entries.insert((time, payload), at: low)
    }
  }

  /// How far ahead of now events are inserted: each is a shape that breaks some queue.
  enum Horizon: CaseIterable {
    case sameInstant, oneNanosecond, uniform, powers, heartbeatsAndPackets, hoursAway, clumps, slotEdges,
      fullRange

    func delay(_ random: inout RandomStream, now: UInt64) -> UInt64 {
      switch self {
      case .sameInstant: 0
      case .oneNanosecond: random.bounded(2)
      case .uniform: random.bounded(1 << 24)
      case .powers: random.next() >> (10 + random.bounded(54))
      case .heartbeatsAndPackets:
        switch random.bounded(20) {
        case 0: 90_000_000 + random.bounded(10_000_000)
        case 1: 7_200_000_000_000
        case 2: 0
        default: random.bounded(3_000)
        }
      case .hoursAway: 3_600_000_000_000 * (1 + random.bounded(48)) + random.bounded(5)
      case .clumps: random.bounded(4) * 1_000_000_000 + random.bounded(3)
      case .slotEdges: (1 << (6 * random.bounded(8))) - 1 + random.bounded(3)
      // The last event may sit at the end of time; what follows stays there.
      case .fullRange: random.bounded(8) == 0 ? .max - now : (.max - now) / (1 + random.bounded(1 << 40))
      }
    }
  }

  @Test(arguments: Horizon.allCases, [3, 40, 2_500])
  func itPopsWhatASortedListPops(horizon: Horizon, size: Int) throws {
    var random = RandomStream(seed: 7, trial: size, entity: 0, purpose: .test)
    var queue = EventQueue<UInt32>()
    var list = SortedList()
    var now: UInt64 = 0
    var inserted: UInt32 = 0
    for step in 0..<20_000 {
      // Swings between growing and draining, so that every size up to `size` and zero occurs.
      let grows = (step / (2 * size + 1)).isMultiple(of: 2)
      if random.bounded(10) < (grows ? 7 : 3) && list.entries.count < size {
        for _ in 0...random.bounded(3) {
          let time = now + horizon.delay(&random, now: now)
          queue.insert(at: Instant(nanoseconds: time), inserted)
          list.insert(time, inserted)
          inserted += 1
        }
      } else {
        let expected = list.entries.first
        try #require(queue.nextTime?.nanoseconds == expected?.time)
        if let expected, random.bounded(4) == 0 {
          // Not due yet: nothing happens, however often one asks.
          let early = queue.popNext(before: Instant(nanoseconds: expected.time))
          try #require(early == nil)
        }
        let popped =
          random.bounded(2) == 0 ? queue.popNext() : queue.popNext(before: .never) ?? queue.popNext()
        try #require(popped?.0.nanoseconds == expected?.time)
        try #require(popped?.1 == expected?.payload)
        if let expected {
          list.entries.removeFirst()
          now = expected.time
        }
      }
      try #require(queue.count == list.entries.count)
      try #require(queue.isEmpty == list.entries.isEmpty)
    }
    for expected in list.entries {
      let popped = queue.popNext()
      try #require(popped?.0.nanoseconds == expected.time)
      try #require(popped?.1 == expected.payload)
    }
    #expect(queue.nextTime == nil)
    let none = queue.popNext()
    #expect(none == nil)
  }

  @Test func anEventMayBeInsertedBeforeOneThatWasOnlyLookedAt() {
    var queue = EventQueue<Int>()
    // Enough events that looking further would spread their slot.
    for i in 0..<50 { queue.insert(at: Instant(nanoseconds: 1 << 40 + UInt64(i) << 30), 1_000 + i) }
    #expect(queue.nextTime == Instant(nanoseconds: 1 << 40))
    let early = queue.popNext(before: Instant(nanoseconds: 1 << 39))
    #expect(early == nil)
    for i in 0..<200 { queue.insert(at: Instant(nanoseconds: UInt64(200 - i)), -i) }
    var order: [Int] = []
    while let event = queue.popNext() { order.append(event.1) }
    #expect(order == (0..<200).reversed().map { -$0 } + (1_000..<1_050))
  }

  @Test func equalTimesComeOutInTheOrderTheyWentInOnEveryPath() {
    var queue = EventQueue<Int>()
    let target = Instant(nanoseconds: 5_000_000_000)
    // Far away, then after each advance nearer, then at the instant itself while it is being served.
    var expected = 0
    for nearer in 0..<400 {
      queue.insert(at: target, expected)
      expected += 1
      queue.insert(at: Instant(nanoseconds: 5_000_000_000 * UInt64(nearer) / 400), -1)
      _ = queue.popNext()
    }
    var next = 0
    while let (time, payload) = queue.popNext() {
      #expect(time == target)
      #expect(payload == next)
      next += 1
      if next < 1_000 {
        queue.insert(at: target, expected)
        expected += 1
      }
    }
    #expect(next == expected)
  }

  @Test func aCopyGoesItsOwnWay() {
    var queue = EventQueue<Int>()
    for i in 0..<1_000 { queue.insert(at: Instant(nanoseconds: UInt64(i * 7_919 % 1_000) * 1_000), i) }
    for _ in 0..<500 { _ = queue.popNext() }
    var copy = queue
    var fromCopy: [Int] = []
    while let event = copy.popNext() { fromCopy.append(event.1) }
    #expect(queue.count == 500)
    var fromQueue: [Int] = []
    while let event = queue.popNext() { fromQueue.append(event.1) }
    #expect(fromCopy == fromQueue)
    #expect(fromCopy.count == 500)
  }

  @Test func aMillionWaitingEventsTakeNoMoreThan24BytesEach() {
    var queue = EventQueue<UInt64>()
    var random = RandomStream(seed: 3, trial: 0, entity: 0, purpose: .test)
    for i in 0..<1_000_000 { queue.insert(at: Instant(nanoseconds: random.bounded(1 << 34)), UInt64(i)) }
    #expect(queue.bytes <= 24_000_000)
    for _ in 0..<1_000_000 {
      let (time, payload) = queue.popNext()!
      queue.insert(at: time + Duration(nanoseconds: Int64(random.bounded(1 << 34))), payload)
    }
    #expect(queue.bytes <= 24_000_000)
  }

  @Test func thePastIsClosed() async {
    await #expect(processExitsWith: .failure) {
      var queue = EventQueue<Int>()
      queue.insert(at: Instant(nanoseconds: 10), 0)
      _ = queue.popNext()
      queue.insert(at: Instant(nanoseconds: 9), 1)
    }
  }
}
