/// Writes one part of a heartbeat: the header at once, then every entry and every group of the plan in
/// order.
///
/// ```swift
/// var writer = HeartbeatWriter(header, part: 0, of: plan)
/// for node in plan.parts[0].nodes { writer.append(entry(of: node)) }
/// for group in plan.parts[0].groups { writer.append(GroupID(group), weight: …) }
/// let bytes = writer.finish()
/// ```
/// One allocation, of exactly the datagram's length.
public struct HeartbeatWriter: Sendable {
  private var bytes: [UInt8]
  private var offset = 0
  private let part: HeartbeatPart
  private let partCount: Int
  private let sequence: SequenceNumber
  private var nextNode: Int
  private var nextGroup: Int

  /// - Precondition: `part` is one of the plan's, the sequence at least 1, a staged digest not 0.
  public init(_ header: HeartbeatHeader, part index: Int, of plan: HeartbeatPlan) {
    precondition(header.sequence.rawValue >= 1, "sequences begin at 1")
    precondition(header.stagedConfiguration?.rawValue != 0, "0 stands for no staged configuration")
    part = plan.parts[index]
    partCount = plan.parts.count
    sequence = header.sequence
    nextNode = part.nodes.lowerBound
    nextGroup = part.groups.lowerBound
    bytes = [UInt8](repeating: 0, count: part.length)
    put(HeartbeatFormat.magic)
    put(HeartbeatFormat.version)
    put(HeartbeatFormat.heartbeatKind)
    put(UInt16(part.length))
    put(header.sender.rawValue)
    put(
      header.status.rawValue | (header.overridesHoldDown ? HeartbeatFormat.overridesHoldDown : 0)
        | (header.receivesNothing ? HeartbeatFormat.receivesNothing : 0))
    put(header.farmID)
    put(UInt8(index))
    put(UInt8(plan.parts.count))
    put(UInt8(part.nodes.isEmpty ? 0 : 1))
    put(UInt8(part.groups.count))
    put(header.bootID.rawValue)
    put(header.incarnation.rawValue)
    put(header.sequence.rawValue)
    put(header.epoch.rawValue)
    put(header.viewDigest.rawValue)
    put(header.configuration.rawValue)
    put(header.stagedConfiguration?.rawValue ?? 0)
    put(header.heldDown.bits)
    put(header.departed.bits)
    if !part.nodes.isEmpty {
      put(UInt8(part.nodes.lowerBound))
      put(UInt8(part.nodes.count))
    }
  }

  /// Appends what is known about the next node of the part. - Precondition: one is left.
  public mutating func append(_ entry: FreshnessEntry) {
    precondition(nextNode < part.nodes.upperBound, "more entries than planned")
    nextNode += 1
    let start = reserve(HeartbeatFormat.entryBytes)
    bytes.withUnsafeMutableBytes { raw in
      raw.storeBigEndian(entry.incarnation.rawValue, at: start)
      raw.storeBigEndian(entry.sequence.rawValue, at: start + 8)
      raw.storeBigEndian(entry.echoed.rawValue, at: start + 16)
      raw.storeBigEndian(entry.evidenceAge.microseconds, at: start + 24)
      raw.storeBigEndian(entry.serviceAge.microseconds, at: start + 28)
      raw.storeBigEndian(entry.heardAge.microseconds, at: start + 32)
    }
  }

  /// Appends the next group of the part; flow counts saturate at 32 bits.
  /// - Precondition: every entry was appended, `group` is next, its capacities as planned, the weight at most 1000.
  public mutating func append(
    _ group: GroupID, weight: UInt16, flows: TrackedFlows, owned: BucketSet
  ) {
    precondition(nextNode == part.nodes.upperBound, "entries come before groups")
    precondition(group.index == nextGroup && nextGroup < part.groups.upperBound, "not the planned group")
    precondition(weight <= Limits.maximumWeight, "a weight is 0 to 1000")
    precondition(flows.bucketsOutside.capacity == owned.capacity, "sets of two different groups")
    nextGroup += 1
    put(group.rawValue)
    put(weight)
    put(UInt32(clamping: flows.inside))
    put(UInt32(clamping: flows.outside))
    put(UInt16(owned.capacity))
    put(
      flows.bucketsOutside.words[
        HeartbeatFormat.outsideIndex(sequence, parts: partCount, wordCount: owned.words.count)])
    let start = reserve(8 * owned.words.count)
    bytes.withUnsafeMutableBytes { raw in
      for i in owned.words.indices { raw.storeBigEndian(owned.words[i], at: start + 8 * i) }
    }
  }

  /// The datagram. - Precondition: everything that was planned has been appended.
  public consuming func finish() -> [UInt8] {
    precondition(
      nextNode == part.nodes.upperBound && nextGroup == part.groups.upperBound && offset == part.length,
      "a part with less or more in it than planned")
    return bytes
  }

  private mutating func put<T: FixedWidthInteger & BitwiseCopyable>(_ value: T) {
    let start = reserve(MemoryLayout<T>.size)
    bytes.withUnsafeMutableBytes { $0.storeBigEndian(value, at: start) }
  }

  /// Moves on by `size` bytes and says where they begin.
  @inline(__always) private mutating func reserve(_ size: Int) -> Int {
    let start = offset
    offset = start + size
    precondition(offset <= bytes.count, "more bytes than planned")
    return start
  }
}
