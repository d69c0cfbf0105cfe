/// The hash that the Linux kernel's nftables applies to a client's identity, bit for bit.
///
/// It is Bob Jenkins' lookup3 (`hashlittle`; in the kernel `jhash`, `include/linux/jhash.h`) over the key bytes
/// in network order, scaled to the number of buckets by a multiply-high, not a modulo.
///
/// | identity | key bytes |
/// |---|---|
/// | `address` | the 4 or 16 address bytes |
/// | `addressPort` | the address, 2 port bytes, 2 zero bytes: nftables pads each part of a concatenation to 4 |
/// | `network` | the address with its low bits cleared |
/// | `port` | the 2 port bytes alone: a single expression is not padded |
///
/// The entry points of a fixed length take the key as words, each as a little-endian load of four key bytes
/// gives it. They are straight-line code without a loop or a memory access; ``hash(_:seed:)`` is for any length.
public enum FlowHash {
  /// The bucket of a client, 0 ..< bucketCount.
  /// - Parameter bucketCount: 1 to 4096.
  @inlinable @inline(__always)
  public static func bucket(
    identity: ClientIdentity, address: IPAddress, port: UInt16, bucketCount: Int, seed: UInt32
  ) -> Bucket {
    scaled(hash(identity: identity, address: address, port: port, seed: seed), to: bucketCount)
  }

  /// A 32-bit hash scaled to `0 ..< bucketCount`: the upper word of their product.
  @inlinable @inline(__always)
  public static func scaled(_ hash: UInt32, to bucketCount: Int) -> Bucket {
    Bucket(Int(truncatingIfNeeded: (UInt64(hash) &* UInt64(truncatingIfNeeded: bucketCount)) >> 32))
  }

  /// The hash of a client's identity before it is scaled.
  @inlinable @inline(__always)
  public static func hash(identity: ClientIdentity, address: IPAddress, port: UInt16, seed: UInt32) -> UInt32
  {
    switch identity {
    case .address: return hash(address: address, seed: seed)
    case .addressPort: return hash(address: address, port: port, seed: seed)
    case .network(let v4, let v6):
      return hash(address: address.network(v4: v4, v6: v6), seed: seed)
    case .port: return hash2(port.byteSwapped, seed: seed)
    }
  }

  /// The hash of the 4 or 16 bytes of an address.
  @inlinable @inline(__always)
  public static func hash(address: IPAddress, seed: UInt32) -> UInt32 {
    let w = address.words
    return address.isIPv4 ? hash4(w.3, seed: seed) : hash16(w.0, w.1, w.2, w.3, seed: seed)
  }

  /// The hash of the 8 or 20 bytes of an address, a port and two zero bytes.
  @inlinable @inline(__always)
  public static func hash(address: IPAddress, port: UInt16, seed: UInt32) -> UInt32 {
    let w = address.words
    let p = UInt32(port.byteSwapped)
    return address.isIPv4 ? hash8(w.3, p, seed: seed) : hash20(w.0, w.1, w.2, w.3, p, seed: seed)
  }

  /// Two key bytes. - Parameter k: their little-endian load.
  @inlinable @inline(__always)
  public static func hash2(_ k: UInt16, seed: UInt32) -> UInt32 {
    var state = State(length: 2, seed: seed)
    state.a &+= UInt32(k)
    return state.finished()
  }

  /// Four key bytes; also the kernel's `jhash_1word`, which xt_cluster uses.
  @inlinable @inline(__always)
  public static func hash4(_ k0: UInt32, seed: UInt32) -> UInt32 {
    var state = State(length: 4, seed: seed)
    state.a &+= k0
    return state.finished()
  }

  /// Eight key bytes.
  @inlinable @inline(__always)
  public static func hash8(_ k0: UInt32, _ k1: UInt32, seed: UInt32) -> UInt32 {
    var state = State(length: 8, seed: seed)
    state.a &+= k0
    state.b &+= k1
    return state.finished()
  }

  /// Sixteen key bytes.
  @inlinable @inline(__always)
  public static func hash16(
    _ k0: UInt32, _ k1: UInt32, _ k2: UInt32, _ k3: UInt32, seed: UInt32
  ) -> UInt32 {
    var state = State(length: 16, seed: seed)
    state.absorb(k0, k1, k2)
    state.a &+= k3
    return state.finished()
  }

  /// Twenty key bytes.
  @inlinable @inline(__always)
  public static func hash20(
    _ k0: UInt32, _ k1: UInt32, _ k2: UInt32, _ k3: UInt32, _ k4: UInt32, seed: UInt32
  ) -> UInt32 {
    var state = State(length: 20, seed: seed)
    state.absorb(k0, k1, k2)
    state.a &+= k3
    state.b &+= k4
    return state.finished()
  }
}
