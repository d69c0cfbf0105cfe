/// A resumption as bytes, to be kept while no daemon runs. What the kernel knows better is not in it.
///
/// Big-endian: magic `46 52` ("FR"), version, status, groups, nodes, flags; then 8 bytes each: incarnation, boot id,
/// sequence, epoch, members, serving, view digest, configuration, staged, previous configuration (0 for none),
/// held down, departed, unechoed, time to the drain's deadline; 2 bytes a group: weight; 28 a node: incarnation, sequence,
/// silence, penalty (4). A digest over all of it ends it.
extension Resumption {
  private static let version: UInt8 = 2
  private static let headerBytes = 7 + 14 * 8
  private static let peerBytes = 28
  private static let digestBytes = 8

  public var bytes: [UInt8] {
    var out: [UInt8] = [0x46, 0x52, Resumption.version, status.rawValue]
    let flags: UInt8 = (drainLeft == nil ? 0 : 1) | (endsDrainInStandby ? 2 : 0)
    out += [UInt8(weights.count), UInt8(peers.count), flags]
    for word in [
      incarnation.rawValue, bootID.rawValue, sequence.rawValue, epoch.rawValue, view.members.bits,
      view.serving.bits, view.digest.rawValue, configuration.rawValue, staged?.rawValue ?? 0,
      previousConfiguration?.rawValue ?? 0, holding.bits, departed.bits,
      UInt64(bitPattern: unechoed.nanoseconds),
      UInt64(bitPattern: drainLeft?.nanoseconds ?? 0),
    ] { out.append(word) }
    for weight in weights { out.append(weight) }
    for peer in peers {
      out.append(peer.incarnation.rawValue)
      out.append(peer.sequence.rawValue)
      out.append(UInt64(bitPattern: peer.silence.nanoseconds))
      out.append(UInt32(clamping: peer.penalty))
    }
    out.append(Resumption.digest(of: out, count: out.count))
    return out
  }

  /// What ``bytes`` gave, with nothing from the kernel yet; `nil` for any other bytes.
  public init?(bytes: [UInt8]) {
    let fixed = Resumption.headerBytes + Resumption.digestBytes
    guard bytes.count >= fixed, bytes[0] == 0x46, bytes[1] == 0x52, bytes[2] == Resumption.version,
      let status = Status(rawValue: bytes[3]), status.isMember
    else { return nil }
    let (groups, nodes, flags) = (Int(bytes[4]), Int(bytes[5]), bytes[6])
    guard groups <= Limits.maximumGroups, nodes <= Limits.maximumNodes,
      bytes.count == fixed + 2 * groups + Resumption.peerBytes * nodes
    else { return nil }
    let end = bytes.count - Resumption.digestBytes
    guard bytes.load64(at: end) == Resumption.digest(of: bytes, count: end) else { return nil }
    func word(_ i: Int) -> UInt64 { bytes.load64(at: 7 + 8 * i) }
    func duration(_ bits: UInt64) -> Duration { Duration(nanoseconds: Int64(bitPattern: bits)) }
    incarnation = Incarnation(word(0))
    bootID = BootID(word(1))
    sequence = SequenceNumber(word(2))
    self.status = status
    epoch = Epoch(word(3))
    view = View(
      members: NodeSet(bits: word(4)), serving: NodeSet(bits: word(5)), digest: Digest(rawValue: word(6)))
    configuration = Digest(rawValue: word(7))
    staged = word(8) == 0 ? nil : Digest(rawValue: word(8))
    previousConfiguration = word(9) == 0 ? nil : Digest(rawValue: word(9))
    holding = NodeSet(bits: word(10))
    departed = NodeSet(bits: word(11))
    unechoed = duration(word(12))
    drainLeft = flags & 1 == 0 ? nil : duration(word(13))
    endsDrainInStandby = flags & 2 != 0
    weights = []
    peers = []
    for g in 0..<groups { weights.append(bytes.load16(at: Resumption.headerBytes + 2 * g)) }
    for i in 0..<nodes {
      let at = Resumption.headerBytes + 2 * groups + Resumption.peerBytes * i
      peers.append(
        ResumedPeer(
          incarnation: Incarnation(bytes.load64(at: at)), sequence: SequenceNumber(bytes.load64(at: at + 8)),
          silence: duration(bytes.load64(at: at + 16)), penalty: Int(bytes.load32(at: at + 24))))
    }
    owned = []
    resets = []
    leaseLeft = .zero
    guard isPossible else { return nil }
  }

  /// Whether no arithmetic on it can overflow.
  private var isPossible: Bool {
    let longest = Duration(nanoseconds: .max / 4)
    for peer in peers where peer.silence > longest || peer.silence < Duration.zero - longest { return false }
    if let drainLeft, drainLeft > longest || drainLeft < Duration.zero - longest { return false }
    return unechoed >= .zero && unechoed <= longest && sequence.rawValue < .max / 2
      && epoch.rawValue < .max / 2
      && incarnation.rawValue < .max / 2
  }

  private static func digest(of bytes: [UInt8], count: Int) -> UInt64 {
    var digest = Digest()
    for i in 0..<count { digest.combine(UInt64(bytes[i])) }
    return digest.rawValue
  }
}

extension [UInt8] {
  fileprivate mutating func append<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    var shift = T.bitWidth
    while shift > 0 {
      shift -= 8
      append(UInt8(truncatingIfNeeded: value >> T(shift)))
    }
  }
}
