import CNetfilter
import Engine
import FarmFile
import Glibc

/// Finds out from which MAC heartbeats come that no key explains. Confined to the driver's loop.
///
/// A UDP socket shows the source address, which anybody can forge. So once such a heartbeat has come, this reads the
/// frames on the heartbeats' port beside the sockets, until none has come for ten seconds. A program in the kernel lets
/// nothing else through, and in a flood one look reads some dozens of frames. Without trouble no socket is open.
final class ForgeryWatch {
  private var ears: [(network: NetworkID, socket: FrameSocket)] = []
  private let routes: RouteSocket
  private var lastNews = Instant.zero
  /// The latest senders; the one heard last is at the end.
  private var known: [Known] = []
  /// The MACs of authentic heartbeats, by source address.
  private var authentic: [IPAddress: MACAddress] = [:]

  /// The time between two lines about the same sender; below, how long the frames are read after the last one.
  private static let patience = Duration.seconds(60)
  private static let silence = Duration.seconds(10)
  private static let most = 16
  private static let mostAtOnce = 32
  private static let room: Int32 = 128 << 10

  private struct Known {
    var sender: ForgedHeartbeats
    /// When it was last reported.
    var told: Instant?
  }

  init() throws(NetlinkSocket.Refusal) { routes = try RouteSocket() }

  /// A heartbeat has come that no key explains: looks at the frames from now on.
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

  /// Reads the frames that were heard.
  /// - Returns: senders that are worth a line: new ones, and those that go on.
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
    if let i = known.firstIndex(where: { $0.sender.address == heartbeat.source && $0.sender.mac == mac }) {
      var again = known.remove(at: i)
      again.sender.count += 1
      again.sender.last = now
      again.sender.authenticMAC = real ?? again.sender.authenticMAC
      known.append(again)
      return
    }
    if known.count == Self.most { known.removeFirst() }
    known.append(
      Known(
        sender: ForgedHeartbeats(
          node: NodeID(node), address: heartbeat.source, mac: mac, interface: interface, authenticMAC: real,
          last: now)))
  }

  /// Senders that were not reported lately. A new sender waits for its second heartbeat: by then the authentic MAC is
  /// known.
  private func takeNews(at now: Instant) -> [ForgedHeartbeats] {
    var news: [ForgedHeartbeats] = []
    for i in known.indices.reversed() where news.count < 4 {
      let sender = known[i].sender
      guard sender.last == now, sender.count > 1, known[i].told.map({ now >= $0 + Self.patience }) ?? true
      else { continue }
      known[i].told = now
      news.append(sender)
    }
    return news.reversed()
  }
}
