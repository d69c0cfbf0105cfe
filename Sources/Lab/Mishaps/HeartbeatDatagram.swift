import Engine
import FarmFile

/// A datagram over IPv4 from and to the port of heartbeats, as a machine on the segment sends it that is no node: heard and
/// sent again, changed, or made up.
///
/// Its frames bear that machine's own Ethernet address, so that switches learn nothing wrong of the nodes.
struct HeartbeatDatagram: Sendable, Hashable {
  var source: [UInt8]
  var destination: [UInt8] = [255, 255, 255, 255]
  /// The Ethernet address of whoever gets the frame.
  var receiver: [UInt8] = Array(repeating: 255, count: 6)
  var payload: [UInt8]

  /// The Ethernet address of the machine that sends it.
  static let mac: [UInt8] = [2, 0xba, 0xd0, 0, 0, 1]
  private static let port = [UInt8(LinuxSettings.defaultPort >> 8), UInt8(LinuxSettings.defaultPort & 255)]
  private static let headerBytes = 14 + 20 + 8
  /// Bytes of the IP packet around a payload.
  static let packetBytes = 28

  /// To everybody.
  init(source: [UInt8], payload: [UInt8]) { (self.source, self.payload) = (source, payload) }

  /// What is in a frame that was heard; `nil` if it is none.
  init?(frame: [UInt8]) {
    guard frame.count > Self.headerBytes, Array(frame[12..<14]) == [8, 0], frame[14] == 0x45, frame[23] == 17,
      Array(frame[36..<38]) == Self.port
    else { return nil }
    let end = 34 + (Int(frame[38]) << 8 | Int(frame[39]))
    guard end > Self.headerBytes, end <= frame.count else { return nil }
    receiver = Array(frame[0..<6])
    source = Array(frame[26..<30])
    destination = Array(frame[30..<34])
    payload = Array(frame[Self.headerBytes..<end])
  }

  /// The node that made the heartbeat in it, by its own word; `nil` if there is none, as in a note.
  var sender: NodeID? { payload.withUnsafeBytes { HeartbeatEnvelope($0) }.map { NodeID(Int($0.sender)) } }

  /// With a trailer that no key explains.
  var forged: HeartbeatDatagram {
    var forged = self
    forged.payload[forged.payload.count - 1] ^= 1
    return forged
  }

  /// Without a checksum of its content, which nobody has to give.
  var frame: [UInt8] {
    func big(_ n: Int) -> [UInt8] { [UInt8(n >> 8), UInt8(n & 0xff)] }
    var header: [UInt8] =
      [0x45, 0] + big(Self.packetBytes + payload.count) + [0, 0, 0, 0, 64, 17, 0, 0] + source + destination
    var sum = stride(from: 0, to: 20, by: 2).reduce(0) { $0 + Int(header[$1]) << 8 + Int(header[$1 + 1]) }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    header[10...11] = big(~sum & 0xffff)[...]
    return receiver + Self.mac + [8, 0] + header + Self.port + Self.port + big(8 + payload.count) + [0, 0]
      + payload
  }
}
