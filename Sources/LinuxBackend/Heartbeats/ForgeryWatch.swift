import CNetfilter
import Engine
import FarmFile
import Glibc

/// Finds out from which MAC heartbeats come that no key explains. Confined to the driver's loop.
///
/// A UDP socket tells the source address, and anybody can send with any. So once such a heartbeat has come, the frames on the
/// heartbeats' port are looked at beside the sockets, until none has come for ten seconds. A program in the kernel
/// lets through nothing else, and of a flood a look takes some dozens; without trouble nothing is open.
final class ForgeryWatch {
  private var ears: [(network: NetworkID, socket: FrameSocket)] = []
  private let routes: RouteSocket
  private var lastNews = Instant.zero
  /// The latest, the oldest first, and when each was told last.
  private var known: [ForgedHeartbeats] = []
  private var told: [Instant] = []
  /// By network and node, where its authentic heartbeats come from.
  private var authentic: [IPAddress: MACAddress] = [:]

  /// Between two lines about the same sender, and how long it is looked for after the last one.
  private static let patience = Duration.seconds(60)
  private static let silence = Duration.seconds(10)
  private static let most = 16
  private static let mostAtOnce = 32
  private static let room: Int32 = 128 << 10

  init() throws(NetlinkSocket.Refusal) { routes = try RouteSocket() }

  /// A heartbeat has come that no key explains: the next ones are looked at.
  func listen(_ setup: DriverSetup, at now: Instant) {
    lastNews = now
    if !ears.isEmpty { return }
    for (n, place) in setup.linux.attachments[setup.node.index].enumerated() {
      guard let link = try? routes.link(place.interface),
        let socket = try? FrameSocket(interface: link, type: place.address.isIPv4 ? .ipv4 : .ipv6),
        (try? socket.attach(HeartbeatFrame.program(port: setup.linux.port, isIPv4: place.address.isIPv4)))
          != nil
      else { continue }
      var room = Self.room
      setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &room, socklen_t(MemoryLayout<Int32>.size))
      ears.append((NetworkID(n), socket))
    }
  }

  /// Reads what was heard. - Returns: senders that are worth a line: new ones, and those that go on.
  func look(
    _ setup: DriverSetup, _ authenticator: Authenticator, at now: Instant
  ) -> [ForgedHeartbeats] {
    if ears.isEmpty { return [] }
    for (network, socket) in ears {
      for _ in 0..<Self.mostAtOnce {
        guard let frame = socket.receive() else { break }
        guard let heartbeat = HeartbeatFrame(frame.payload, type: socket.type) else { continue }
        let interface = setup.linux.attachments[setup.node.index][network.index].interface
        note(heartbeat, from: frame.source, on: network, interface, setup, authenticator, at: now)
      }
    }
    if now - lastNews > Self.silence {
      ears = []
      authentic = [:]
    }
    return takeNews(at: now)
  }

  private func note(
    _ heartbeat: HeartbeatFrame, from mac: MACAddress, on network: NetworkID, _ interface: String,
    _ setup: DriverSetup, _ authenticator: Authenticator, at now: Instant
  ) {
    let places = setup.linux.attachments
    guard let node = places.indices.first(where: { places[$0][network.index].address == heartbeat.source }),
      node != setup.node.index, heartbeat.farmID == setup.farm.settings.farmID
    else { return }
    if heartbeat.payload.withUnsafeBytes({ authenticator.isAuthentic($0) }) {
      authentic[heartbeat.source] = mac
      return
    }
    let real = authentic[heartbeat.source]
    if let i = known.firstIndex(where: { $0.address == heartbeat.source && $0.mac == mac }) {
      // The one heard last stands last.
      var again = known.remove(at: i)
      again.count += 1
      again.last = now
      again.authenticMAC = real ?? again.authenticMAC
      known.append(again)
      told.append(told.remove(at: i))
      return
    }
    if known.count == Self.most {
      known.removeFirst()
      told.removeFirst()
    }
    known.append(
      ForgedHeartbeats(
        node: NodeID(node), address: heartbeat.source, mac: mac, interface: interface, authenticMAC: real,
        last: now))
    told.append(.zero)
  }

  /// Those that nobody was told of lately. A new one waits for the second, by which it is known who is authentic.
  private func takeNews(at now: Instant) -> [ForgedHeartbeats] {
    var news: [ForgedHeartbeats] = []
    for i in known.indices.reversed() where news.count < 4 {
      guard known[i].last == now, known[i].count > 1, told[i] == .zero || now >= told[i] + Self.patience
      else { continue }
      told[i] = now
      news.append(known[i])
    }
    return news.reversed()
  }
}

/// A heartbeat as a frame brings it: who says that it sent it, and what the sockets would read.
struct HeartbeatFrame {
  var source: IPAddress
  var payload: [UInt8]
  var farmID: UInt32

  /// Reads what is behind the Ethernet header; `nil` unless a UDP datagram is right behind an IP header and could be a
  /// heartbeat.
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

  /// Lets through UDP to a port, without options before it in IPv6.
  static func program(port: UInt16, isIPv4: Bool) -> [sock_filter] {
    typealias Code = PacketProgram
    let protocolAt: UInt32 = isIPv4 ? 23 : 20
    let port = Code.isEqual(UInt32(port), skipIfNot: 1)
    let start = [Code.byte(protocolAt), Code.isEqual(17, skipIfNot: isIPv4 ? 4 : 3)]
    let load = isIPv4 ? [Code.headerLength(14), Code.halfBehindHeader(16)] : [Code.half(56)]
    return start + load + [port, Code.pass, Code.drop]
  }
}
