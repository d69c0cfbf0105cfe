/// One datagram of a heartbeat, checked once and then read in place.
///
/// The initializer checks everything that does not depend on the farm's configuration (lengths, counts,
/// ranges, bits past the last bucket); after that no access can fail. ``matches(_:)`` asks whether slices and groups
/// are those of this farm. Nothing is copied and nothing allocated.
public struct HeartbeatReader: Sendable {
  /// The datagram as given, with the bytes after the declared length.
  public let bytes: [UInt8]
  /// The node that the first entry is about.
  public let firstNode: Int
  /// Entries of the freshness vector in this part, 0 to 64.
  public let entryCount: Int
  /// Groups in this part, 0 to 8.
  public let groupCount: Int
  /// Where each group begins.
  let groupOffsets: SIMD8<UInt16>

  /// Checks any bytes at all.
  /// - Throws: why they are not a heartbeat; the first reason in the order of the fields.
  public init(_ bytes: [UInt8]) throws(MalformedHeartbeat) {
    typealias Format = HeartbeatFormat
    guard bytes.count >= Format.headerBytes else { throw .tooShort }
    guard bytes.load16(at: 0) == Format.magic else { throw .magic }
    guard bytes.load8(at: 2) == Format.version else { throw .version }
    guard bytes.load8(at: 3) == Format.heartbeatKind else { throw .kind }
    let length = Int(bytes.load16(at: 4))
    guard length >= Format.headerBytes, length <= bytes.count else { throw .length }
    guard bytes.load8(at: 6) < Limits.maximumNodes else { throw .sender }
    guard Status(rawValue: bytes.load8(at: 7) & Format.statusMask) != nil else { throw .status }
    let parts = bytes.load8(at: 13)
    guard parts <= Limits.maximumParts, bytes.load8(at: 12) < parts else { throw .part }
    let sequence = SequenceNumber(bytes.load64(at: 32))
    guard sequence.rawValue != 0 else { throw .sequence }

    var offset = Format.headerBytes
    let slices = bytes.load8(at: 14)
    guard slices <= 1 else { throw .vector }
    var first = 0
    var entries = 0
    if slices == 1 {
      guard offset + Format.sliceBytes <= length else { throw .length }
      first = Int(bytes.load8(at: offset))
      entries = Int(bytes.load8(at: offset + 1))
      guard entries >= 1, first + entries <= Limits.maximumNodes else { throw .vector }
      offset += Format.sliceBytes(entries: entries)
      guard offset <= length else { throw .length }
    }

    let groups = Int(bytes.load8(at: 15))
    guard groups <= Limits.maximumGroups else { throw .group }
    var offsets = SIMD8<UInt16>()
    var lowestNext = 0
    for i in 0..<groups {
      guard offset + Format.groupBytes <= length else { throw .length }
      let group = Int(bytes.load8(at: offset))
      guard group >= lowestNext, group < Limits.maximumGroups else { throw .group }
      guard bytes.load16(at: offset + 1) <= Limits.maximumWeight else { throw .weight }
      let buckets = Int(bytes.load16(at: offset + 11))
      guard buckets >= 1, buckets <= Limits.maximumBuckets else { throw .bitmap }
      offsets[i] = UInt16(truncatingIfNeeded: offset)
      lowestNext = group + 1
      offset += Format.groupBytes(bucketCount: buckets)
      guard offset <= length else { throw .length }
      if buckets & 63 == 0 { continue }
      if bytes.load64(at: offset - 8) >> UInt64(buckets & 63) != 0 { throw .bitmap }
      let words = (buckets + 63) / 64
      let isLast = Format.outsideIndex(sequence, parts: Int(parts), wordCount: words) == words - 1
      if isLast, bytes.load64(at: Int(offsets[i]) + 13) >> UInt64(buckets & 63) != 0 { throw .bitmap }
    }
    guard offset == length else { throw .length }

    self.bytes = bytes
    firstNode = first
    entryCount = entries
    groupCount = groups
    groupOffsets = offsets
  }

  /// The bytes that the sender's authentication follows.
  public var declaredLength: Int { Int(bytes.load16(at: 4)) }
  public var sender: NodeID { NodeID(Int(bytes.load8(at: 6))) }
  public var status: Status { Status(rawValue: bytes.load8(at: 7) & HeartbeatFormat.statusMask) ?? .stopped }
  public var farmID: UInt32 { bytes.load32(at: 8) }
  /// Which part of the heartbeat this is, from 0.
  public var part: Int { Int(bytes.load8(at: 12)) }
  /// How many parts the heartbeat has.
  public var parts: Int { Int(bytes.load8(at: 13)) }
  public var bootID: BootID { BootID(bytes.load64(at: 16)) }
  public var incarnation: Incarnation { Incarnation(bytes.load64(at: 24)) }
  public var sequence: SequenceNumber { SequenceNumber(bytes.load64(at: 32)) }
  /// The sequence of the first part of this heartbeat.
  var base: UInt64 { sequence.rawValue - Swift.min(UInt64(part), sequence.rawValue - 1) }
  public var epoch: Epoch { Epoch(bytes.load64(at: 40)) }
  public var viewDigest: Digest { Digest(rawValue: bytes.load64(at: 48)) }
  public var configuration: Digest { Digest(rawValue: bytes.load64(at: 56)) }
  public var stagedConfiguration: Digest? {
    let value = bytes.load64(at: 64)
    return value == 0 ? nil : Digest(rawValue: value)
  }

  public var heldDown: NodeSet { NodeSet(bits: bytes.load64(at: 72)) }
  public var departed: NodeSet { NodeSet(bits: bytes.load64(at: 80)) }
  public var overridesHoldDown: Bool { bytes.load8(at: 7) & HeartbeatFormat.overridesHoldDown != 0 }
  public var receivesNothing: Bool { bytes.load8(at: 7) & HeartbeatFormat.receivesNothing != 0 }

  /// Every field of the header.
  public var header: HeartbeatHeader {
    HeartbeatHeader(
      farmID: farmID, sender: sender, status: status, bootID: bootID, incarnation: incarnation,
      sequence: sequence, epoch: epoch, viewDigest: viewDigest, configuration: configuration,
      stagedConfiguration: stagedConfiguration, heldDown: heldDown,
      departed: departed, overridesHoldDown: overridesHoldDown, receivesNothing: receivesNothing)
  }
}
