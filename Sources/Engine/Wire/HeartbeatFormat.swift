/// The heartbeat on the wire. Every number is big-endian; nothing is aligned or padded.
///
/// A heartbeat is one or more datagrams, its *parts*, each complete in itself: a header, then at most one
/// slice of the freshness vector, then whole groups. Bytes after the declared length belong to the backend's
/// authentication.
///
/// | offset | bytes | header |
/// |---|---|---|
/// | 0 | 2 | magic, `46 48` ("FH") |
/// | 2 | 1 | version, 2 |
/// | 3 | 1 | kind, 1 = heartbeat |
/// | 4 | 2 | declared length, this header included |
/// | 6 | 1 | sender, 0 to 63 |
/// | 7 | 1 | status, the raw value of ``Status``; plus 64 if the node overrides hold-down because an operator resumed it; plus 128 if no frame of anybody arrives at it |
/// | 8 | 4 | farm id |
/// | 12 | 1 | part, 0 ..< parts |
/// | 13 | 1 | parts, 1 to 8 |
/// | 14 | 1 | vector slices in this part, 0 or 1 |
/// | 15 | 1 | groups in this part, 0 to 8 |
/// | 16 | 8 | boot id |
/// | 24 | 8 | incarnation |
/// | 32 | 8 | sequence, from 1 |
/// | 40 | 8 | epoch |
/// | 48 | 8 | view digest |
/// | 56 | 8 | digest of the current configuration |
/// | 64 | 8 | digest of the staged configuration, 0 for none |
/// | 72 | 8 | nodes held down for flapping, node i is bit i |
/// | 80 | 8 | nodes that were in service and are not any more |
///
/// | offset | bytes | vector slice, and each of its entries |
/// |---|---|---|
/// | 0 | 1 | first node |
/// | 1 | 1 | entries, from 1; the entries follow |
/// | 0 | 8 | incarnation |
/// | 8 | 8 | sequence |
/// | 16 | 8 | highest sequence of the sender's that this node echoed |
/// | 24 | 4 | age of the newest evidence by any path, in microseconds, `ffffffff` for never |
/// | 28 | 4 | age of the last heartbeat heard directly on a service network |
/// | 32 | 4 | age of the last heartbeat heard directly on any network |
///
/// | offset | bytes | group, by ascending number |
/// |---|---|---|
/// | 0 | 1 | group, 0 to 7 |
/// | 1 | 2 | runtime weight, 0 to 1000 |
/// | 3 | 4 | tracked flows inside own buckets |
/// | 7 | 4 | tracked flows outside own buckets |
/// | 11 | 2 | bucket count B, 1 to 4096 |
/// | 13 | 8 | word (sequence / parts) % ceil(B/64) of the bitmap of the buckets with tracked flows outside |
/// | 21 | 8 ceil(B/64) | bitmap of own buckets |
///
/// In a bitmap bucket b is bit b % 64 of word b / 64, and bits past B are 0. Of the bitmap of flows outside each
/// heartbeat has one word, and the next heartbeat the next.
enum HeartbeatFormat {
  static let magic: UInt16 = 0x4648
  static let version: UInt8 = 2
  static let heartbeatKind: UInt8 = 1

  /// Flags in the byte of the status.
  static let overridesHoldDown: UInt8 = 64
  static let receivesNothing: UInt8 = 128
  static let statusMask: UInt8 = 63

  static let headerBytes = 88
  static let sliceBytes = 2
  static let entryBytes = 36
  static let groupBytes = 21

  /// Bytes of a group with so many buckets.
  static func groupBytes(bucketCount: Int) -> Int { groupBytes + 8 * ((bucketCount + 63) / 64) }
  /// Which word of the bitmap of flows outside a datagram has. - Parameter wordCount: words of the whole bitmap.
  static func outsideIndex(_ sequence: SequenceNumber, parts: Int, wordCount: Int) -> Int {
    Int(sequence.rawValue / UInt64(parts) % UInt64(wordCount))
  }
  /// Bytes of a slice with so many entries.
  static func sliceBytes(entries: Int) -> Int { entries == 0 ? 0 : sliceBytes + entries * entryBytes }
}
