import Synchronization
import Testing

@testable import Sim

@Suite struct TrialRunnerTests {
  /// Spins for a while that depends on the number, so that later ones often finish first.
  private static func slowEcho(_ i: Int) -> Int {
    var x = UInt64(i)
    for _ in 0..<((97 - i) * 2000) { x = x &* 6_364_136_223_846_793_005 &+ 1 }
    return x == 0 ? -1 : i
  }

  @Test(arguments: [1, 2, 7, 200]) func resultsComeInOrderWhateverTheWidth(width: Int) async {
    let got = await TrialRunner.inOrder(
      count: 97, width: width, isStopped: { false }, work: Self.slowEcho)
    #expect(got == Array(0..<97))
  }

  @Test func neverMoreAtATimeThanTheWidth() async {
    let running = Atomic<Int>(0)
    let most = Atomic<Int>(0)
    _ = await TrialRunner.inOrder(
      count: 64, width: 2, isStopped: { false },
      work: { i in
        let now = running.wrappingAdd(1, ordering: .relaxed).newValue
        most.max(now, ordering: .relaxed)
        let echo = Self.slowEcho(i)
        running.wrappingSubtract(1, ordering: .relaxed)
        return echo
      })
    #expect((1...2).contains(most.load(ordering: .relaxed)))
  }

  @Test func afterAStopNothingNewBegins() async {
    let begun = Atomic<Int>(0)
    let got = await TrialRunner.inOrder(
      count: 1000, width: 3, isStopped: { begun.load(ordering: .relaxed) >= 10 },
      work: { i in
        begun.wrappingAdd(1, ordering: .relaxed)
        return i
      })
    #expect(got.count >= 10 && got.count <= 13)
    #expect(got == got.sorted())
  }

  @Test func aStopBeforeTheFirstTrialStillYieldsOne() async {
    let got = await TrialRunner.inOrder(count: 5, width: 4, isStopped: { true }, work: { $0 })
    #expect(got == [0])
  }
}
