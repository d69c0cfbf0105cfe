extension FlowHash {
  /// lookup3 of any number of bytes.
  ///
  /// For keys whose length is known use the entry points of a fixed length, which are several times faster.
  /// - Parameter key: the bytes in network order; an empty key gives `0xdeadbeef + seed`.
  public static func hash(_ key: [UInt8], seed: UInt32) -> UInt32 {
    var state = State(length: UInt32(truncatingIfNeeded: key.count), seed: seed)
    var at = 0
    while key.count - at > 12 {
      state.absorb(word(key, at), word(key, at + 4), word(key, at + 8))
      at += 12
    }
    if at == key.count { return state.c }
    state.a &+= word(key, at)
    state.b &+= word(key, at + 4)
    state.c &+= word(key, at + 8)
    return state.finished()
  }

  /// Four bytes as a little-endian word; bytes behind the end are 0.
  private static func word(_ key: [UInt8], _ at: Int) -> UInt32 {
    var word: UInt32 = 0
    for i in 0..<4 where at + i < key.count { word |= UInt32(key[at + i]) << UInt32(8 * i) }
    return word
  }

  /// The three words that lookup3 mixes.
  ///
  /// Source: Bob Jenkins, lookup3.c (May 2006, public domain), `mix` and `final`.
  @usableFromInline struct State {
    @usableFromInline var a: UInt32
    @usableFromInline var b: UInt32
    @usableFromInline var c: UInt32

    @inlinable @inline(__always) init(length: UInt32, seed: UInt32) {
      a = 0xdead_beef &+ length &+ seed
      b = a
      c = a
    }

    /// Takes in twelve key bytes that are not the last ones.
    @inlinable @inline(__always) mutating func absorb(_ k0: UInt32, _ k1: UInt32, _ k2: UInt32) {
      a &+= k0
      b &+= k1
      c &+= k2
      a = (a &- c) ^ State.rotated(c, 4)
      c &+= b
      b = (b &- a) ^ State.rotated(a, 6)
      a &+= c
      c = (c &- b) ^ State.rotated(b, 8)
      b &+= a
      a = (a &- c) ^ State.rotated(c, 16)
      c &+= b
      b = (b &- a) ^ State.rotated(a, 19)
      a &+= c
      c = (c &- b) ^ State.rotated(b, 4)
      b &+= a
    }

    /// The hash, once the last bytes have been added.
    @inlinable @inline(__always) func finished() -> UInt32 {
      var (a, b, c) = (a, b, c)
      c = (c ^ b) &- State.rotated(b, 14)
      a = (a ^ c) &- State.rotated(c, 11)
      b = (b ^ a) &- State.rotated(a, 25)
      c = (c ^ b) &- State.rotated(b, 16)
      a = (a ^ c) &- State.rotated(c, 4)
      b = (b ^ a) &- State.rotated(a, 14)
      c = (c ^ b) &- State.rotated(b, 24)
      return c
    }

    @inlinable @inline(__always) static func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 {
      x &<< n | x &>> (32 &- n)
    }
  }
}
