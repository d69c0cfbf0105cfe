import Engine
import FarmFile
import Foundation

/// Tells whether frames of other machines arrive on the interfaces that carry the service. Confined to the driver's
/// loop.
///
/// A node that hears no heartbeats cannot tell whether the others are gone or its card is deaf; frames of any kind
/// tell. On a quiet segment it asks for some: it looks for the other nodes and the default gateway by ARP. Each of
/// these machines answers if it is there, whether its daemon runs or not.
final class FrameWatch {
  private struct Ear {
    var interface: String
    var own: IPAddress
    /// The addresses to ask for.
    var neighbours: [IPAddress]
    var link: RouteSocket.Link?
    var counters: [FrameCounter] = []
  }

  private var ears: [Ear]
  private let routes: RouteSocket?
  /// When the last frame was seen; below, when the last questions were sent and the counters were last made.
  private var lastFrame: Instant
  private var lastAsked = Instant.zero
  private var lastMade = Instant.zero

  /// Whether frames arrive, as last told.
  private(set) var arrive = true

  /// - Precondition: called on the thread whose network namespace the interfaces are in.
  init(_ setup: DriverSetup, at now: Instant) {
    lastFrame = now
    routes = try? RouteSocket()
    ears = []
    let nodes = setup.linux.attachments
    for (n, network) in setup.farm.settings.networks.enumerated() where network.carriesService {
      let own = nodes[setup.node.index][n]
      var neighbours: [IPAddress] = []
      for i in nodes.indices where i != setup.node.index { neighbours.append(nodes[i][n].address) }
      neighbours += Self.gateways(of: own.interface)
      if let witness = setup.linux.gateway { neighbours.append(witness) }
      ears.append(
        Ear(interface: own.interface, own: own.address, neighbours: neighbours.filter(\.isIPv4)))
    }
    for i in ears.indices { open(i) }
    lastMade = now
  }

  /// Looks whether frames have arrived since the last look, and asks for some if it is quiet.
  /// - Parameter interval: the heartbeat's. Frames count as missing after two intervals of silence.
  /// - Returns: whether frames arrive, if that has changed; else `nil`.
  func look(at now: Instant, interval: Engine.Duration) -> Bool? {
    for ear in ears {
      // Every counter is read, so that none keeps an old count.
      for counter in ear.counters where counter.take() > 0 { lastFrame = now }
    }
    let silence = now - lastFrame
    if silence > interval, now - lastAsked >= interval {
      lastAsked = now
      ask()
    }
    // An interface that was removed and made again has another index.
    if silence > .seconds(1), now - lastMade >= .seconds(1) {
      lastMade = now
      for i in ears.indices { open(i) }
    }
    let isHeard = silence <= 2 * interval
    if isHeard == arrive { return nil }
    arrive = isHeard
    return isHeard
  }

  private func open(_ i: Int) {
    let link = try? routes?.link(ears[i].interface)
    if link == ears[i].link, !ears[i].counters.isEmpty { return }
    ears[i].link = link
    ears[i].counters = []
    guard let link else { return }
    for type in [FrameSocket.EtherType.arp, .ipv4, .ipv6] {
      if let counter = try? FrameCounter(interface: link, type: type) { ears[i].counters.append(counter) }
    }
  }

  private func ask() {
    for ear in ears where ear.own.isIPv4 {
      guard let link = ear.link, let socket = try? FrameSocket(interface: link, type: .arp) else { continue }
      for neighbour in ear.neighbours {
        let question = AddressAnnouncement.request(senderMAC: link.mac, sender: ear.own, target: neighbour)
        socket.send(question, to: .broadcast)
      }
    }
  }

  /// The IPv4 default gateways of an interface, in the namespace of the calling thread.
  private static func gateways(of interface: String) -> [IPAddress] {
    let table = (try? String(contentsOfFile: "/proc/thread-self/net/route", encoding: .utf8)) ?? ""
    return table.split(separator: "\n").dropFirst().compactMap { line in
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count > 7, words[0] == interface, words[1] == "00000000", words[7] == "00000000",
        let number = UInt32(words[2], radix: 16), number != 0
      else { return nil }
      // The kernel prints the address as a number in this machine's byte order.
      let address = UInt32(bigEndian: number)
      return IPAddress(
        parsing: stride(from: 24, through: 0, by: -8).map { "\(address >> UInt32($0) & 255)" }
          .joined(separator: "."))
    }
  }
}
