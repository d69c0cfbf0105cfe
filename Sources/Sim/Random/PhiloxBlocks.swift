/// Two blocks of Philox4x32-10 side by side: one block a lane, one of its four words a vector.
///
/// Each round of a block waits for the multiplications of the round before it. Blocks do not wait for each other, so four
/// of them, two a vector, take little longer than one. A word is the lower half of its lane. What is above it is left
/// over from a product and never looked at: `& low` costs nothing, since the processor multiplies lower halves anyway.
struct PhiloxBlocks {
  private typealias Words = SIMD2<UInt64>

  private var word0: Words
  private var word1: Words
  private var word2: Words
  private var word3: Words

  private static var low: Words { Words(repeating: 0xffff_ffff) }

  /// The blocks whose counters are (`first`, `stream`) and (`first` + 1, `stream`).
  private init(from first: UInt64, stream: UInt64) {
    word0 = Words(first, first &+ 1)
    word1 = word0 &>> 32
    word2 = Words(repeating: stream)
    word3 = word2 &>> 32
  }

  @inline(__always) private mutating func round(_ key0: Words, _ key1: Words) {
    let product0 = (word0 & Self.low) &* Words(repeating: 0xD251_1F53)
    let product2 = (word2 & Self.low) &* Words(repeating: 0xCD9E_8D57)
    word0 = (product2 &>> 32) ^ (word1 ^ key0)
    word1 = product2
    word2 = (product0 &>> 32) ^ (word3 ^ key1)
    word3 = product0
  }

  /// The two numbers of each block.
  private var numbers: (even: Words, odd: Words) {
    (word1 &<< 32 | word0 & Self.low, word3 &<< 32 | word2 & Self.low)
  }

  /// Four blocks from a counter on, as ``RandomStream/philox(counter:key:)`` gives them one by one: the first number of
  /// each, and the second of each.
  ///
  /// It stays a call, since the optimizer would weave the order in which a caller stores the numbers into the rounds.
  @inline(never) static func four(
    from first: UInt64, stream: UInt64, key: UInt64
  ) -> (even: SIMD4<UInt64>, odd: SIMD4<UInt64>) {
    var a = PhiloxBlocks(from: first, stream: stream)
    var b = PhiloxBlocks(from: first &+ 2, stream: stream)
    var key0 = Words(repeating: key)
    var key1 = Words(repeating: key >> 32)
    for _ in 0..<10 {
      a.round(key0, key1)
      b.round(key0, key1)
      key0 = key0 &+ Words(repeating: 0x9E37_79B9)
      key1 = key1 &+ Words(repeating: 0xBB67_AE85)
    }
    let (x, y) = (a.numbers, b.numbers)
    return (SIMD4(lowHalf: x.even, highHalf: y.even), SIMD4(lowHalf: x.odd, highHalf: y.odd))
  }
}
