import Testing

@testable import Sim

@Suite struct RandomStreamTests {
  /// The known answers of Random123 1.14 (`tests/kat_vectors`): counter, key, block.
  static let knownAnswers: [([UInt64], [UInt64], [UInt64])] = [
    ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    (
      [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
      [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
    ),
    (
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ]

  @Test(arguments: knownAnswers)
  func theCipherGivesThePublishedBlocks(counter: [UInt64], key: [UInt64], block: [UInt64]) {
    let result = RandomStream.philox(
      counter: (counter[1] << 32 | counter[0], counter[3] << 32 | counter[2]), key: key[1] << 32 | key[0])
    #expect(result.0 == block[1] << 32 | block[0])
    #expect(result.1 == block[3] << 32 | block[2])
  }

  @Test(arguments: knownAnswers, 0..<4)
  func theCipherGivesThePublishedBlocksInEachOfFourPlaces(
    answer: ([UInt64], [UInt64], [UInt64]), place: Int
  ) {
    let (counter, key, block) = answer
    let (first, stream) = (counter[1] << 32 | counter[0], counter[3] << 32 | counter[2])
    let seed = key[1] << 32 | key[0]
    let (even, odd) = PhiloxBlocks.four(from: first &- UInt64(place), stream: stream, key: seed)
    #expect(even[place] == block[1] << 32 | block[0])
    #expect(odd[place] == block[3] << 32 | block[2])
    for other in 0..<4 {
      let counter = first &- UInt64(place) &+ UInt64(other)
      let alone = RandomStream.philox(counter: (counter, stream), key: seed)
      #expect(even[other] == alone.0 && odd[other] == alone.1)
    }
  }

  @Test func numbersDrawnManyAtATimeAreThoseDrawnOneByOne() {
    var single = RandomStream(seed: 0xfeed_beef_0bad_cafe, trial: 99, entity: 1 << 31, purpose: .packetLoss)
    var filled = single
    var batched = BatchedStream(single)
    var numbers = InlineArray<24, UInt64>(repeating: 0)
    for round in 0..<50 {
      filled.fill(&numbers)
      for i in 0..<24 {
        let number = single.next()
        #expect(numbers[i] == number)
        #expect(batched.next() == number)
      }
      #expect(filled.position == single.position)
      // The stream goes on from there in either way.
      for _ in 0..<(round % 3 == 0 ? 2 : 0) {
        let number = single.next()
        #expect(filled.next() == number)
        #expect(batched.next() == number)
      }
    }
  }

  @Test func numbersFollowTheCounterTwoABlock() {
    var random = RandomStream(seed: 0x299f_31d0_a409_3822, trial: 5, entity: 9, purpose: .clients)
    for block in UInt64(0)..<10 {
      let expected = RandomStream.philox(counter: (block, 9 << 32 | 5 << 8 | 22), key: 0x299f_31d0_a409_3822)
      #expect(random.position == 2 * block)
      #expect(random.next() == expected.0)
      #expect(random.next() == expected.1)
    }
  }

  @Test func aDrawInOneStreamShiftsNoOther() {
    func numbers(extraDraws: Int) -> [UInt64] {
      var delays = RandomStream(seed: 1, trial: 0, entity: 3, purpose: .heartbeatDelay)
      var losses = RandomStream(seed: 1, trial: 0, entity: 3, purpose: .heartbeatLoss)
      return (0..<100).map { _ in
        for _ in 0..<extraDraws { _ = losses.gaussian(standardDeviation: 1) }
        return delays.next()
      }
    }
    #expect(numbers(extraDraws: 0) == numbers(extraDraws: 3))
  }

  @Test func seedTrialEntityAndPurposeEachMakeAnotherStream() {
    var firsts: Set<UInt64> = []
    var streams = 0
    for seed in UInt64(0)..<6 {
      for trial in 0..<6 {
        for entity in UInt64(0)..<64 {
          for purpose in RandomStream.Purpose.allCases {
            var random = RandomStream(seed: seed, trial: trial, entity: entity, purpose: purpose)
            firsts.insert(random.next())
            streams += 1
          }
        }
      }
    }
    #expect(firsts.count == streams)
  }

  /// Streams that differ in one word, read side by side: pairs of their numbers fill a grid evenly.
  @Test(arguments: [0, 1, 2, 3])
  func neighbouringStreamsAreIndependent(word: Int) throws {
    func stream(_ i: Int) -> RandomStream {
      RandomStream(
        seed: word == 0 ? UInt64(i) : 42, trial: word == 1 ? i : 0, entity: word == 2 ? UInt64(i) : 0,
        purpose: word == 3 && i == 1 ? .heartbeatLoss : .heartbeatDelay)
    }
    var a = stream(0)
    var b = stream(1)
    var grid = [Double](repeating: 0, count: 1024)
    for _ in 0..<200_000 { grid[Int(a.bounded(32) * 32 + b.bounded(32))] += 1 }
    let even = [Double](repeating: 1, count: 1024)
    #expect(try Statistics.chiSquareTest(observed: grid, expected: even).pValue > 0.001)
  }

  @Test(arguments: [0, 8, 16, 24, 32, 40, 48, 56])
  func everyByteIsUniformAndIndependentOfTheOneBefore(shift: UInt64) throws {
    var random = RandomStream(seed: 11, trial: 0, entity: 0, purpose: .test)
    var bytes = [Double](repeating: 0, count: 256)
    var pairs = [Double](repeating: 0, count: 4096)
    var before = 0
    for _ in 0..<400_000 {
      let byte = Int(random.next() >> shift & 255)
      bytes[byte] += 1
      pairs[(before & 63) << 6 | (byte & 63)] += 1
      before = byte
    }
    let even = [Double](repeating: 1, count: 4096)
    let single = try Statistics.chiSquareTest(observed: bytes, expected: Array(even.prefix(256)))
    let double = try Statistics.chiSquareTest(observed: pairs, expected: even)
    #expect(single.pValue > 0.001)
    #expect(double.pValue > 0.001)
  }

  @Test func uniformNumbersKeepTheirBoundsAndBoundedOnesHaveNoBias() throws {
    var random = RandomStream(seed: 12, trial: 0, entity: 0, purpose: .test)
    let closed = (0..<100_000).map { _ in random.uniform() }
    let open = (0..<100_000).map { _ in random.uniformOpen() }
    #expect(closed.allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(open.allSatisfy { $0 > 0 && $0 < 1 })
    #expect(try Statistics.kolmogorovSmirnovTest(closed) { $0 }.pValue > 0.001)
    #expect(try Statistics.kolmogorovSmirnovTest(open) { $0 }.pValue > 0.001)
    // Four words to three numbers: without rejection every third number would come twice as often.
    let bound: UInt64 = 3 << 62
    var residues = [0.0, 0.0, 0.0]
    for _ in 0..<30_000 { residues[Int(random.bounded(bound) % 3)] += 1 }
    #expect(try Statistics.chiSquareTest(observed: residues, expected: [1, 1, 1]).pValue > 0.001)
    #expect((0..<100).allSatisfy { _ in random.bounded(1) == 0 })
  }

  @Test func aCoinComesUpAsOftenAsItShould() throws {
    var random = RandomStream(seed: 13, trial: 0, entity: 0, purpose: .test)
    #expect((0..<1_000).allSatisfy { _ in !random.bernoulli(0) && random.bernoulli(1) })
    let heads = Double((0..<100_000).count { _ in random.bernoulli(0.05) })
    let test = try Statistics.chiSquareTest(observed: [heads, 100_000 - heads], expected: [0.05, 0.95])
    #expect(test.pValue > 0.001)
  }
}
