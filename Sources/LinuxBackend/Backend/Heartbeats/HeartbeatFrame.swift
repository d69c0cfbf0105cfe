import CNetfilter
import Engine
import Glibc

/// A heartbeat in a frame: the source address that it claims, and the bytes that the sockets would read.
struct HeartbeatFrame {
  var source: IPAddress
  var payload: [UInt8]
  var farmID: UInt32

  /// Reads what is behind the Ethernet header. `nil` unless it is an IP header followed directly by a UDP datagram that
  /// could be a heartbeat.
  /// - Source: RFC 791, section 3.1; RFC 8200, section 3; RFC 768.
  init?(_ packet: ArraySlice<UInt8>, type: FrameSocket.EtherType) {
    let bytes = Array(packet)
    let header: Int
    switch type {
    case .ipv4:
      guard bytes.count >= 28, bytes[0] >> 4 == 4, bytes[9] == 17 else { return nil }
      header = Int(bytes[0] & 15) * 4
      guard header >= 20, let address = IPAddress(bytes: bytes[12..<16]) else { return nil }
      source = address
    case .ipv6:
      guard bytes.count >= 48, bytes[0] >> 4 == 6, bytes[6] == 17,
        let address = IPAddress(bytes: bytes[8..<24])
      else { return nil }
      header = 40
      source = address
    case .arp, .probe: return nil
    }
    guard bytes.count >= header + 8 else { return nil }
    let end = header + (Int(bytes[header + 4]) << 8 | Int(bytes[header + 5]))
    guard end > header + 8, end <= bytes.count else { return nil }
    payload = Array(bytes[header + 8..<end])
    guard payload.count <= DatagramGate.maximumBytes,
      let envelope = payload.withUnsafeBytes({ HeartbeatEnvelope($0) })
    else { return nil }
    farmID = envelope.farmID
  }

  /// Lets through UDP to a port; with IPv6, only without extension headers.
  static func program(port: UInt16, isIPv4: Bool) -> [sock_filter] {
    typealias Code = PacketProgram
    let protocolAt: UInt32 = isIPv4 ? 23 : 20
    let port = Code.isEqual(UInt32(port), skipIfNot: 1)
    let start = [Code.byte(protocolAt), Code.isEqual(17, skipIfNot: isIPv4 ? 4 : 3)]
    let load = isIPv4 ? [Code.headerLength(14), Code.halfBehindHeader(16)] : [Code.half(56)]
    return start + load + [port, Code.pass, Code.drop]
  }
}
