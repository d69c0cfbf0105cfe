import Engine
import Sim
import Testing

@testable import Lab

@Suite struct TimeIndexTests {
  private struct Stay: Hashable {
    var number: Int
    var begin: Instant
    var end: Instant
  }

  private static func at(_ number: UInt64) -> Instant { Instant(nanoseconds: number) }

  /// Long stays, moments, and several that begin at once, in any order.
  private static func stays(_ random: inout RandomStream) -> [Stay] {
    (0..<random.bounded(60)).map { number in
      let begin = random.bounded(200)
      let length = random.bounded(3) == 0 ? 0 : random.bounded(random.bounded(5) == 0 ? 200 : 20)
      return Stay(number: Int(number), begin: at(begin), end: at(begin + length))
    }
  }

  @Test func itFindsWhatALookAtAllOfThemFinds() {
    var random = RandomStream(seed: 3, trial: 0, entity: 0, purpose: .faults)
    for _ in 0..<200 {
      let stays = Self.stays(&random)
      let index = TimeIndex(stays) { ($0.begin, $0.end) }
      for _ in 0..<50 {
        let from = random.bounded(220)
        let (begin, end) = (Self.at(from), Self.at(from + random.bounded(30)))
        let found = index.touching(from: begin, to: end)
        let expected = stays.filter { $0.begin <= end && $0.end >= begin }
        #expect(Set(found) == Set(expected) && found.count == expected.count)
        #expect(zip(found, found.dropFirst()).allSatisfy { ($0.begin, $0.number) > ($1.begin, $1.number) })
        #expect(index.touches(from: begin, to: end) == !expected.isEmpty)
        let last = stays.filter { $0.begin <= begin }.max { ($0.begin, $0.number) < ($1.begin, $1.number) }
        #expect(index.last(begunBy: begin) == last)
      }
    }
  }

  @Test func withoutValuesNothingIsFound() {
    let index = TimeIndex([Stay]()) { ($0.begin, $0.end) }
    #expect(index.touching(from: .zero, to: .never).isEmpty && !index.touches(from: .zero, to: .never))
    #expect(index.last(begunBy: .never) == nil)
  }
}
