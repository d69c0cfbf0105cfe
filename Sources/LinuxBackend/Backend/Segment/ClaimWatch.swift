import Engine
import FarmFile

/// Looks for other machines that claim the farm's virtual IPs or this node's own addresses. Confined to the driver's
/// loop.
///
/// It hears what is sent to all, and also asks now and then, since an answer to another machine goes past this node. In
/// a storm of claims, one look reads some dozens of frames; the rest are only counted.
final class ClaimWatch {
  private struct Place {
    var link: RouteSocket.Link
    var sockets: [ClaimSocket]
  }

  private let setup: DriverSetup
  private let route: RouteSocket
  /// By interface.
  private var places: [String: Place] = [:]
  /// The latest claims, the oldest first.
  private(set) var claims: [ForeignClaim] = []
  /// When each of ``claims`` was last reported.
  private var told: [Instant] = []
  /// How often each guarded address was claimed.
  private var counts: [IPAddress: UInt64] = [:]
  private var nextQuestion = Instant.zero
  private var lastQuestion = Instant.zero

  private static let most = 16
  /// The time between two lines about the same claim.
  private static let patience = Duration.seconds(60)
  private static let shortestRound = Duration.seconds(5)

  init(_ setup: DriverSetup) throws(NetlinkSocket.Refusal) {
    self.setup = setup
    route = try RouteSocket()
    for address in virtualIPs + ownAddresses { counts[address] = 0 }
  }

  private var virtualIPs: [IPAddress] { setup.linux.sharedAddress == .none ? [] : setup.farm.virtualIPs }

  private var ownAddresses: [IPAddress] { setup.linux.attachments[setup.node.index].map(\.address) }

  /// The time between two turns of this node to ask. All nodes together ask for all addresses at most twice a second.
  private var round: Duration {
    max(Self.shortestRound, .milliseconds(500 * setup.farm.nodes.count * max(1, virtualIPs.count)))
  }

  /// How often each address was claimed, in the file's order.
  var countsByAddress: [(address: IPAddress, count: UInt64)] {
    var seen: Set<IPAddress> = []
    return (virtualIPs + ownAddresses).filter { seen.insert($0).inserted }.map { ($0, counts[$0] ?? 0) }
  }

  /// Reads the claims that were heard.
  /// - Parameter pause: asks for this node's own addresses this often, besides its turn to ask for all.
  /// - Returns: claims that are worth a line: new ones, and those that go on.
  func look(at now: Instant, askingEach pause: Duration? = nil) -> [ForeignClaim] {
    for name in Set(setup.linux.attachments[setup.node.index].map(\.interface)).sorted() { open(name) }
    let isOurTurn = now >= nextQuestion
    if isOurTurn || pause.map({ now - lastQuestion >= $0 }) == true {
      let addresses = isOurTurn ? virtualIPs + ownAddresses : ownAddresses
      for place in places.values { for socket in place.sockets { socket.ask(for: addresses) } }
      if isOurTurn { nextQuestion = now + round }
      lastQuestion = now
    }
    for (name, place) in places.sorted(by: { $0.key < $1.key }) {
      for socket in place.sockets {
        for claim in socket.take() { note(claim, on: name, at: now) }
        // A dropped frame is taken for another one of the last claim.
        let lost = socket.takeLost()
        if lost > 0, let last = claims.indices.last, claims[last].interface == name {
          claims[last].count += lost
          counts[claims[last].address, default: 0] += lost
        }
      }
    }
    return takeNews(at: now)
  }

  /// Opens the sockets of an interface, and opens them again if its index or MAC has changed.
  private func open(_ name: String) {
    guard let link = try? route.link(name) else {
      places[name] = nil
      return
    }
    if let place = places[name], place.link.index == link.index, place.link.mac == link.mac { return }
    var guarded: [IPAddress: MACAddress] = [:]
    for place in setup.linux.attachments[setup.node.index] where place.interface == name {
      guarded[place.address] = link.mac
    }
    if name == setup.serviceInterface { for address in virtualIPs { guarded[address] = setup.mac } }
    let families = [guarded.filter(\.key.isIPv4), guarded.filter { !$0.key.isIPv4 }].filter { !$0.isEmpty }
    do throws(NetlinkSocket.Refusal) {
      var sockets: [ClaimSocket] = []
      for family in families { sockets.append(try ClaimSocket(interface: link, guarding: family)) }
      places[name] = Place(link: link, sockets: sockets)
    } catch { places[name] = nil }
  }

  private func note(_ claim: NeighbourClaim, on interface: String, at now: Instant) {
    let isOwnAddress = !virtualIPs.contains(claim.address)
    if let i = claims.firstIndex(where: { $0.address == claim.address && $0.mac == claim.mac }) {
      // The claim that was heard last comes last.
      var known = claims.remove(at: i)
      known.count += 1
      known.last = now
      claims.append(known)
      told.append(told.remove(at: i))
    } else {
      // Another interface of this machine on the same segment may answer for it.
      if isOwnAddress, (try? route.macs())?.contains(claim.mac) == true { return }
      if claims.count == Self.most {
        claims.removeFirst()
        told.removeFirst()
      }
      claims.append(
        ForeignClaim(
          address: claim.address, mac: claim.mac, interface: interface, isOwnAddress: isOwnAddress, last: now)
      )
      told.append(.zero)
    }
    counts[claim.address, default: 0] += 1
  }

  /// Claims that were not reported lately, at most four: a storm of ever new ones makes few lines.
  private func takeNews(at now: Instant) -> [ForeignClaim] {
    var news: [ForeignClaim] = []
    for i in claims.indices.reversed() where news.count < 4 {
      guard claims[i].last == now, told[i] == .zero || now >= told[i] + Self.patience else { continue }
      told[i] = now
      news.append(claims[i])
    }
    return news.reversed()
  }
}
