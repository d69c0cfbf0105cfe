extension RandomStream {
  /// One block of Philox4x32-10.
  ///
  /// The halves of a word pair are (first word, second word) from the low bits up, for input and output.
  @inlinable static func philox(counter: (UInt64, UInt64), key: UInt64) -> (UInt64, UInt64) {
    var c0 = UInt32(truncatingIfNeeded: counter.0)
    var c1 = UInt32(truncatingIfNeeded: counter.0 >> 32)
    var c2 = UInt32(truncatingIfNeeded: counter.1)
    var c3 = UInt32(truncatingIfNeeded: counter.1 >> 32)
    var k0 = UInt32(truncatingIfNeeded: key)
    var k1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let p0 = 0xD251_1F53 &* UInt64(c0)
      let p1 = 0xCD9E_8D57 &* UInt64(c2)
      c0 = UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0
      c1 = UInt32(truncatingIfNeeded: p1)
      c2 = UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1
      c3 = UInt32(truncatingIfNeeded: p0)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (UInt64(c1) << 32 | UInt64(c0), UInt64(c3) << 32 | UInt64(c2))
  }

  /// Draws as many numbers as the array has: the same as ``next()`` gives, in less than half the time.
  /// - Precondition: an even count of numbers was drawn so far, and the array's is a multiple of 8.
  @inline(never) mutating func fill<let count: Int>(_ numbers: inout InlineArray<count, UInt64>) {
    precondition(drawn & 1 == 0 && count & 7 == 0, "whole blocks are drawn")
    var place = 0
    while place < count {
      let (even, odd) = PhiloxBlocks.four(from: drawn >> 1, stream: stream, key: key)
      for block in 0..<4 {
        numbers[place &+ 2 &* block] = even[block]
        numbers[place &+ 2 &* block &+ 1] = odd[block]
      }
      drawn &+= 8
      place &+= 8
    }
  }
}
