/// What the sender of a heartbeat says of one group; its bitmap is read with
/// ``HeartbeatReader/word(_:of:)``.
public struct GroupClaim: Sendable, Hashable, BitwiseCopyable {
  public let group: GroupID
  /// The sender's runtime weight, 0 to 1000.
  public let weight: UInt16
  /// Tracked flows in the sender's own buckets, saturated.
  public let flowsInside: UInt32
  /// Tracked flows in other buckets, saturated; 0 only if no bucket can have any.
  public let flowsOutside: UInt32
  /// One word of the bitmap of buckets that are not the sender's own and in which it tracks flows, or may.
  public let outsideWord: UInt64
  /// Which word that is: each heartbeat has the next one.
  public let outsideIndex: Int
  /// 1 to 4096.
  public let bucketCount: Int
  /// Where the bitmap begins in the datagram.
  let bitmapOffset: Int

  public var wordCount: Int { (bucketCount + 63) / 64 }
}
