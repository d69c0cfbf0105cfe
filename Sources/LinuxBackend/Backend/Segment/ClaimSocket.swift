import CNetfilter
import Engine
import FarmFile
import Glibc

/// Hears claims to some addresses on one interface, and asks who has them.
///
/// A program in the kernel lets through only neighbour discovery, and ARP that names a wrong MAC for one of the
/// addresses: the rest of the segment's ARP costs nothing. Frames that come faster than they are read are dropped and
/// counted.
final class ClaimSocket {
  private let socket: FrameSocket
  /// Each address with the MAC that it rightly has.
  private let guarded: [IPAddress: MACAddress]

  /// Room for frames that wait to be read, in bytes: some dozens of frames.
  private static let room: Int32 = 32 << 10
  private static let mostAtOnce = 64

  /// - Parameter guarded: addresses of one family, at least one.
  init(interface link: RouteSocket.Link, guarding guarded: [IPAddress: MACAddress]) throws(NetlinkSocket
    .Refusal)
  {
    let isIPv4 = guarded.keys.contains(where: \.isIPv4)
    self.guarded = guarded
    socket = try FrameSocket(interface: link, type: isIPv4 ? .arp : .ipv6)
    var room = Self.room
    setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
    try socket.attach(isIPv4 ? Self.arp(guarded) : Self.neighbourDiscovery)
  }

  /// Claims since the last call that name another MAC than the right one; at most some dozens.
  func take() -> [NeighbourClaim] {
    var claims: [NeighbourClaim] = []
    for _ in 0..<Self.mostAtOnce {
      guard let frame = socket.receive() else { break }
      guard let claim = NeighbourClaim(frame.payload, type: socket.type), let right = guarded[claim.address],
        claim.mac != right
      else { continue }
      claims.append(claim)
    }
    return claims
  }

  /// How many frames were dropped since the last call. It is 0 for neighbour discovery, where most frames are no
  /// claims.
  func takeLost() -> UInt64 {
    var statistics = tpacket_stats()
    var length = socklen_t(MemoryLayout<tpacket_stats>.size)
    let result = getsockopt(socket.descriptor, SOL_PACKET, PACKET_STATISTICS, &statistics, &length)
    return result == 0 && socket.type == .arp ? UInt64(statistics.tp_drops) : 0
  }

  /// Asks who has each of these addresses, if it is guarded. Any machine that has it answers to this interface.
  func ask(for addresses: [IPAddress]) {
    for address in addresses where guarded[address] != nil {
      let question = NeighbourQuestion(address: address)
      socket.send(question.payload(from: socket.link.mac), to: question.destination)
    }
  }

  /// Lets through ARP whose sender has one of the addresses, but not the right MAC.
  private static func arp(_ guarded: [IPAddress: MACAddress]) -> [sock_filter] {
    typealias Code = PacketProgram
    let macAt: UInt32 = 22
    let addressAt: UInt32 = 28
    let blocks = guarded.sorted { $0.key.low < $1.key.low }.flatMap { address, mac in
      [
        Code.word(addressAt), Code.isEqual(UInt32(address.low), skipIfNot: 5),
        Code.word(macAt), Code.isEqual(UInt32(mac.value >> 16), skipIfNot: 2),
        Code.half(macAt + 4), Code.isEqual(UInt32(mac.value & 0xffff), skipIf: 1), Code.pass,
      ]
    }
    return blocks + [Code.drop]
  }

  /// Lets through neighbour solicitations and advertisements.
  private static let neighbourDiscovery: [sock_filter] = [
    PacketProgram.byte(20), PacketProgram.isEqual(58, skipIfNot: 4), PacketProgram.byte(54),
    PacketProgram.isEqual(135, skipIf: 1),
    PacketProgram.isEqual(136, skipIfNot: 1), PacketProgram.pass, PacketProgram.drop,
  ]
}
