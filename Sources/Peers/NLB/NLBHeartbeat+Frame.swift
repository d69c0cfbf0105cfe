import Engine

/// A heartbeat as an Ethernet frame of 1510 bytes, in the layout that Wireshark's dissector publishes.
///
/// After the Ethernet header (type 886f) numbers are little-endian and addresses in network order:
///
/// | offset | bytes | what |
/// |---|---|---|
/// | 0 | 4 | signature c0de01bf: a membership heartbeat |
/// | 4 | 4 | version 2.4 |
/// | 8 | 4 | the host's unique number: its priority |
/// | 12, 16 | 4, 4 | cluster IP, dedicated IP |
/// | 20, 22 | 2, 2 | host priority, that of the default host |
/// | 24, 26 | 2, 2 | state of the convergence, number of port rules |
/// | 28, 32 | 4, 4 | unique host code, packets handled |
/// | 36, 40 | 4, 4 | teaming, reserved: 0 |
/// | 44 | 33 * 4 | rule configurations |
/// | 176, 440, 704, 968 | 33 * 8 each | current, new, idle and ready map |
/// | 1232 | 33 * 4 | load weights |
/// | 1364 | 33 * 4 | reserved: 0 |
///
/// What a rule's configuration, a state's number and a map's bits mean is not published (``NLBAssumptions``).
/// - Source: Wireshark, `epan/dissectors/packet-msnlb.c`; KB 232711 for the frame's type and where it is sent to; the
///   white paper bb742455 for the masked source address.
extension NLBHeartbeat {
  /// Length of the whole frame.
  public static let frameBytes = ethernetBytes + 1496
  static let ethernetBytes = 14
  static let etherType: UInt16 = 0x886f
  static let signature: UInt32 = 0xc0de_01bf
  static let version: UInt32 = 0x0204
  /// Places for rules; the last is the default rule's.
  static let places = 33

  /// The frame that a host sends. - Precondition: 1 to 33 rules, the default rule included.
  public func frame(mode: NLBSettings.Mode) -> [UInt8] {
    precondition(!rules.isEmpty && rules.count <= NLBHeartbeat.places, "a heartbeat has 1 to 33 rules")
    var bytes = LittleEndianBytes(capacity: NLBHeartbeat.frameBytes)
    let last = [UInt8](bigEndian: clusterAddress)
    switch mode {
    case .unicast: bytes.append([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])
    case .multicast: bytes.append([0x03, 0xbf] + last)
    case .igmp: bytes.append([0x01, 0x00, 0x5e, 0x7f] + last[2...])
    }
    bytes.append([0x02, UInt8(truncatingIfNeeded: priority)] + last)
    bytes.append([UInt8(NLBHeartbeat.etherType >> 8), UInt8(NLBHeartbeat.etherType & 0xff)])
    bytes.append(NLBHeartbeat.signature)
    bytes.append(NLBHeartbeat.version)
    bytes.append(UInt32(priority))
    bytes.append(last)
    bytes.append([UInt8](bigEndian: dedicatedAddress))
    bytes.append(UInt16(priority))
    bytes.append(UInt16(defaultHost))
    bytes.append(stage.rawValue)
    bytes.append(UInt16(rules.count - 1))
    bytes.append(hostCode)
    bytes.append(packetsHandled)
    bytes.append(UInt64(0))
    for place in 0..<NLBHeartbeat.places { bytes.append(report(at: place)?.code ?? 0) }
    for place in 0..<NLBHeartbeat.places { bytes.append(report(at: place)?.current.bits ?? 0) }
    for place in 0..<NLBHeartbeat.places { bytes.append(report(at: place)?.new.bits ?? 0) }
    for place in 0..<NLBHeartbeat.places { bytes.append(report(at: place)?.idle.bits ?? 0) }
    for place in 0..<NLBHeartbeat.places { bytes.append(report(at: place)?.ready.bits ?? 0) }
    for place in 0..<NLBHeartbeat.places { bytes.append(report(at: place)?.weight ?? 0) }
    for _ in 0..<NLBHeartbeat.places { bytes.append(UInt32(0)) }
    return bytes.bytes
  }

  private func report(at place: Int) -> NLBRuleReport? {
    if place < rules.count - 1 { return rules[place] }
    return place == NLBHeartbeat.places - 1 ? rules[rules.count - 1] : nil
  }

  /// Reads a frame; `nil` if it is no membership heartbeat or says what no host can.
  public init?(frame: [UInt8]) {
    guard frame.count >= NLBHeartbeat.frameBytes, frame[12] == 0x88, frame[13] == 0x6f else { return nil }
    let reader = LittleEndianReader(frame, from: NLBHeartbeat.ethernetBytes)
    guard reader.word32(at: 0) == NLBHeartbeat.signature else { return nil }
    let priority = Int(reader.word16(at: 20))
    let ruleCount = Int(reader.word16(at: 26))
    guard let stage = NLBStage(rawValue: reader.word16(at: 24)), ruleCount < NLBHeartbeat.places else {
      return nil
    }
    guard (1...NLBSettings.maximumHosts).contains(priority), reader.word32(at: 8) == UInt32(priority) else {
      return nil
    }
    var rules: [NLBRuleReport] = []
    for rule in 0...ruleCount {
      let place = rule < ruleCount ? rule : NLBHeartbeat.places - 1
      rules.append(
        NLBRuleReport(
          code: reader.word32(at: 44 + 4 * place), current: NLBMap(bits: reader.word64(at: 176 + 8 * place)),
          new: NLBMap(bits: reader.word64(at: 440 + 8 * place)),
          idle: NLBMap(bits: reader.word64(at: 704 + 8 * place)),
          ready: NLBMap(bits: reader.word64(at: 968 + 8 * place)), weight: reader.word32(at: 1232 + 4 * place)
        ))
    }
    self.init(
      clusterAddress: reader.word32(at: 12).byteSwapped, dedicatedAddress: reader.word32(at: 16).byteSwapped,
      priority: priority, defaultHost: Int(reader.word16(at: 22)), stage: stage,
      hostCode: reader.word32(at: 28),
      packetsHandled: reader.word32(at: 32), rules: rules)
  }
}
