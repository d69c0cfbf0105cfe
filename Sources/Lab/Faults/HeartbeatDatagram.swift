import Engine
import FarmFile

/// A heartbeat's datagram over IPv4, as a machine on the segment that is not a node sends it: heard and repeated,
/// changed, or made up.
///
/// Its frames have that machine's own Ethernet address, so that switches learn nothing wrong about the nodes.
struct HeartbeatDatagram: Sendable, Hashable {
  var source: [UInt8]
  var destination: [UInt8] = [255, 255, 255, 255]
  /// The Ethernet address of the receiver.
  var receiver: [UInt8] = Array(repeating: 255, count: 6)
  var payload: [UInt8]

  /// The Ethernet address of the sending machine.
  static let mac: [UInt8] = [2, 0xba, 0xd0, 0, 0, 1]
  private static let port = [UInt8(LinuxSettings.defaultPort >> 8), UInt8(LinuxSettings.defaultPort & 255)]
  private static let headerBytes = 14 + 20 + 8
  /// Bytes of the IP packet besides the payload.
  static let packetBytes = 28

  /// A datagram to all.
  init(source: [UInt8], payload: [UInt8]) { (self.source, self.payload) = (source, payload) }

  /// The heartbeat's datagram in a frame; `nil` if there is none.
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

  /// The node that the heartbeat names as its sender; `nil` if the payload is no heartbeat, as in a note.
  var sender: NodeID? { payload.withUnsafeBytes { HeartbeatEnvelope($0) }.map { NodeID(Int($0.sender)) } }

  /// A copy with a trailer that does not match any key.
  var forged: HeartbeatDatagram {
    var forged = self
    forged.payload[forged.payload.count - 1] ^= 1
    return forged
  }

  /// The Ethernet frame. It has no UDP checksum, which is optional over IPv4.
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
