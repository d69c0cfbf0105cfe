/// What the sender of a heartbeat says of one group; its bitmap is read with
/// ``HeartbeatReader/word(_:of:)``.
public struct GroupClaim: Sendable, Hashable, BitwiseCopyable {
  public let group: GroupID
  /// The sender's runtime weight, 0 to 1000.
  public let weight: UInt16
  /// Tracked flows in the sender's own buckets, saturated.
  public let flowsInside: UInt32
  /// Tracked flows outside the sender's own buckets, saturated.
  public let flowsOutside: UInt32
  /// 1 to 4096.
  public let bucketCount: Int
  /// Where the bitmap begins in the datagram.
  let bitmapOffset: Int

  public var wordCount: Int { (bucketCount + 63) / 64 }
}
