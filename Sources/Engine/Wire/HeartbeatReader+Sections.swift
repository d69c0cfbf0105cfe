extension HeartbeatReader {
  /// Whether this part carries exactly what the plan puts into it. Parts of a sender with the same
  /// configuration do; a part of another one may name nodes, groups or buckets that are not ours.
  public func matches(_ plan: HeartbeatPlan) -> Bool {
    guard parts == plan.parts.count else { return false }
    let planned = plan.parts[part]
    guard entryCount == planned.nodes.count, groupCount == planned.groups.count,
      entryCount == 0 || firstNode == planned.nodes.lowerBound,
      declaredLength == planned.length
    else { return false }
    for i in 0..<groupCount {
      let claim = group(at: i)
      guard claim.group.index == planned.groups.lowerBound + i else { return false }
      guard claim.bucketCount == plan.bucketCounts[claim.group.index] else { return false }
    }
    return true
  }

  /// The entry about node ``firstNode`` `+ i`. - Precondition: `i` is below ``entryCount``.
  @inline(__always)
  public func entry(at i: Int) -> FreshnessEntry {
    precondition(i >= 0 && i < entryCount, "no such entry")
    let o = HeartbeatReader.entryOffset(i)
    // One check for the six numbers: this is the hottest read of all.
    precondition(o + HeartbeatFormat.entryBytes <= bytes.count, "a read past the datagram")
    return bytes.withUnsafeBytes { HeartbeatReader.entry(in: $0, at: o) }
  }

  /// Where entry `i` of a slice begins in the datagram.
  @inline(__always)
  static func entryOffset(_ i: Int) -> Int {
    HeartbeatFormat.headerBytes + HeartbeatFormat.sliceBytes + i * HeartbeatFormat.entryBytes
  }

  /// Checked in debug builds only: the caller has checked the range.
  @inline(__always)
  static func entry(in raw: UnsafeRawBufferPointer, at o: Int) -> FreshnessEntry {
    FreshnessEntry(
      incarnation: Incarnation(raw.bigEndian(at: o)), sequence: SequenceNumber(raw.bigEndian(at: o &+ 8)),
      echoed: SequenceNumber(raw.bigEndian(at: o &+ 16)),
      evidenceAge: Age(microseconds: raw.bigEndian(at: o &+ 24)),
      serviceAge: Age(microseconds: raw.bigEndian(at: o &+ 28)),
      heardAge: Age(microseconds: raw.bigEndian(at: o &+ 32)))
  }

  /// The entry about a node, or `nil` if it is not in this part.
  @inline(__always)
  public func entry(for node: NodeID) -> FreshnessEntry? {
    let i = node.index - firstNode
    return i >= 0 && i < entryCount ? entry(at: i) : nil
  }

  /// A group of this part; groups ascend. - Precondition: `i` is below ``groupCount``.
  @inline(__always)
  public func group(at i: Int) -> GroupClaim {
    precondition(i >= 0 && i < groupCount, "no such group")
    let o = Int(groupOffsets[i])
    let bucketCount = Int(bytes.load16(at: o + 11))
    return GroupClaim(
      group: GroupID(Int(bytes.load8(at: o))), weight: bytes.load16(at: o + 1),
      flowsInside: bytes.load32(at: o + 3), flowsOutside: bytes.load32(at: o + 7),
      outsideWord: bytes.load64(at: o + 13),
      outsideIndex: HeartbeatFormat.outsideIndex(sequence, parts: parts, wordCount: (bucketCount + 63) / 64),
      bucketCount: bucketCount, bitmapOffset: o + HeartbeatFormat.groupBytes)
  }

  /// Word `i` of a claim's bitmap, as ``BucketSet/words`` has it.
  /// - Precondition: the claim is of this reader, `i` below its ``GroupClaim/wordCount``.
  @inline(__always)
  public func word(_ i: Int, of claim: GroupClaim) -> UInt64 {
    precondition(i >= 0 && i < claim.wordCount, "no such word")
    return bytes.load64(at: claim.bitmapOffset + 8 * i)
  }

  /// Whether a claim's bitmap is the words from `start` on.
  /// - Precondition: the claim is of this reader, and so many words are there.
  func bitmap(of claim: GroupClaim, isIn words: [UInt64], from start: Int) -> Bool {
    let (first, count) = (claim.bitmapOffset, claim.wordCount)
    precondition(start >= 0 && start + count <= words.count, "no such words")
    precondition(first >= 0 && first + 8 * count <= bytes.count, "a read past the datagram")
    var difference: UInt64 = 0
    bytes.withUnsafeBytes { raw in
      words.withUnsafeBufferPointer { words in
        for i in 0..<count { difference |= raw.bigEndian(at: first &+ 8 &* i) ^ words[start &+ i] }
      }
    }
    return difference == 0
  }
}
