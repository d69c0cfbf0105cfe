/// One UDP datagram over IPv4 in an Ethernet frame to everybody.
struct ProofDatagram {
  var source: [UInt8]
  var payload: [UInt8]

  private static let port: [UInt8] = [0x1f, 0x0a]
  private static let headerBytes = 14 + 20 + 8

  init(source: [UInt8], payload: [UInt8]) {
    (self.source, self.payload) = (source, payload)
  }

  /// The heartbeat in a frame that was heard; `nil` if there is none.
  init?(frame: [UInt8]) {
    guard frame.count > Self.headerBytes, Array(frame[12..<14]) == [8, 0], frame[14] == 0x45, frame[23] == 17,
      Array(frame[36..<38]) == Self.port
    else { return nil }
    source = Array(frame[26..<30])
    payload = Array(frame[42..<(34 + (Int(frame[38]) << 8 | Int(frame[39])))])
  }

  /// From the port of heartbeats to the same, without a checksum of its content.
  var frame: [UInt8] {
    func big(_ n: Int) -> [UInt8] { [UInt8(n >> 8), UInt8(n & 0xff)] }
    var header: [UInt8] =
      [0x45, 0] + big(28 + payload.count) + [0, 0, 0, 0, 64, 17, 0, 0] + source + [255, 255, 255, 255]
    var sum = stride(from: 0, to: 20, by: 2).reduce(0) { $0 + Int(header[$1]) << 8 + Int(header[$1 + 1]) }
    while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
    header[10...11] = big(~sum & 0xffff)[...]
    let ethernet: [UInt8] = [255, 255, 255, 255, 255, 255, 2, 0xba, 0xd0, 0, 0, 1, 8, 0]
    return ethernet + header + Self.port + Self.port + big(8 + payload.count) + [0, 0] + payload
  }
}
