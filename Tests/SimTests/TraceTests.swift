import Engine
import Testing

@testable import Sim

@Suite struct TraceTests {
  @Test func everyPartOfARecordAndTheirOrderMakeTheFingerprint() {
    func trace(_ records: [(UInt64, UInt8, UInt64, UInt64)]) -> Digest {
      var trace = Trace()
      for (time, kind, a, b) in records { trace.record(Instant(nanoseconds: time), kind, a, b) }
      return trace.digest
    }
    let digests = [
      trace([]), trace([(0, 0, 0, 0)]), trace([(0, 0, 0, 0), (0, 0, 0, 0)]), trace([(1, 0, 0, 0)]),
      trace([(0, 1, 0, 0)]), trace([(0, 0, 1, 0)]), trace([(0, 0, 0, 1)]),
      trace([(1, 2, 3, 4), (5, 6, 7, 8)]), trace([(5, 6, 7, 8), (1, 2, 3, 4)]),
      trace([(1, 2, 4, 3), (5, 6, 7, 8)]),
    ]
    #expect(Set(digests).count == digests.count)
    #expect(trace([(1, 2, 3, 4)]) == trace([(1, 2, 3, 4)]))
  }
}
