/// Why bytes are not a heartbeat.
public enum MalformedHeartbeat: UInt8, Error, Sendable, Hashable, CaseIterable {
  /// Fewer bytes than a header.
  case tooShort
  case magic
  case version
  case kind
  /// The declared length is more than the bytes, or not where the last section ends.
  case length
  case sender
  case status
  /// Not a part number below the number of parts, 1 to 8.
  case part
  /// Sequence 0.
  case sequence
  /// A vector slice that is empty or reaches past node 63, or more than one.
  case vector
  /// More than 8 groups, a group past 7, or groups that do not ascend.
  case group
  /// A runtime weight over 1000.
  case weight
  /// Not 1 to 4096 buckets, or bits set past the last one.
  case bitmap
}
