import Engine

/// A client's question to the farm, with the fields that tell it and its answers from all other frames.
///
/// Questions are SYNs and datagrams, and each reaches every node. A SYN has a sequence number, which the answer
/// acknowledges. A datagram of the lab's clients begins with a number of its own, which the lab's servers send back
/// behind the byte of the node.
struct ClientPacket: Sendable, Hashable {
  var transport: Transport
  var client: IPAddress
  var port: UInt16
  var virtualIP: IPAddress
  var service: UInt16
  var number: UInt64

  /// What an Ethernet frame is to a client's packet.
  enum Reading: Sendable, Hashable {
    case question(ClientPacket)
    /// What a node sends because of the packet: an answer or a refusal.
    case answer(ClientPacket)
  }

  /// - Parameter virtualIPs: those of the farm.
  /// - Returns: `nil` for every other frame, and for one that is cut short.
  /// - Source: RFC 791, 8200, 768, 9293. It does not look through IPv6 extension headers, since the lab's clients send
  ///   none.
  static func read(_ frame: UnsafeRawBufferPointer, virtualIPs: [IPAddress]) -> Reading? {
    func half(_ at: Int) -> UInt16 { UInt16(frame[at]) << 8 | UInt16(frame[at + 1]) }
    func word(_ at: Int) -> UInt64 { UInt64(half(at)) << 16 | UInt64(half(at + 2)) }
    func long(_ at: Int) -> UInt64 { word(at) << 32 | word(at + 4) }
    guard frame.count >= 14 + 20 else { return nil }
    let (source, destination): (IPAddress, IPAddress)
    let (transport, start): (UInt8, Int)
    switch half(12) {
    case 0x0800:
      source = IPAddress(v4: UInt32(word(26)))
      destination = IPAddress(v4: UInt32(word(30)))
      (transport, start) = (frame[23], 14 + Int(frame[14] & 15) * 4)
    case 0x86dd:
      guard frame.count >= 14 + 40 else { return nil }
      source = IPAddress(v6: long(22), long(30))
      destination = IPAddress(v6: long(38), long(46))
      (transport, start) = (frame[20], 14 + 40)
    default: return nil
    }
    let (isQuestion, isAnswer) = (virtualIPs.contains(destination), virtualIPs.contains(source))
    guard isQuestion != isAnswer else { return nil }
    func packet(_ transport: Transport, _ number: UInt64) -> ClientPacket {
      isQuestion
        ? ClientPacket(
          transport: transport, client: source, port: half(start), virtualIP: destination,
          service: half(start + 2), number: number)
        : ClientPacket(
          transport: transport, client: destination, port: half(start + 2), virtualIP: source,
          service: half(start), number: number)
    }
    switch transport {
    case 6:
      guard frame.count >= start + 20 else { return nil }
      let (isSYN, isReset, isACK) =
        (frame[start + 13] & 2 != 0, frame[start + 13] & 4 != 0, frame[start + 13] & 16 != 0)
      if isQuestion { return isSYN && !isACK ? .question(packet(.tcp, word(start + 4))) : nil }
      guard isACK, isSYN || isReset else { return nil }
      return .answer(packet(.tcp, UInt64(UInt32(truncatingIfNeeded: word(start + 8)) &- 1)))
    case 17:
      let data = start + (isQuestion ? 8 : 9)
      guard frame.count >= data + 8 else { return nil }
      return isQuestion ? .question(packet(.udp, long(data))) : .answer(packet(.udp, long(data)))
    default: return nil
    }
  }
}
