import Engine
import FarmFile

/// What a switch has heard of IGMP: members of groups, routers and the querier, by port.
///
/// **Members** are known until their due, which every report renews (RFC 4541, section 2.1.1). A leave makes a
/// membership due soon, unless another querier is there: that one then asks for other members, and its question does.
/// **Router ports** are those by which another querier's general queries have come in lately, and those set so.
/// **Frames** to 224.0.0.x go everywhere, frames of a group that has members go to these and to routers, and others as
/// ``SnoopingSettings/unregistered`` says.
///
/// One table serves all VLANs: the farm's VLAN is the one that is asked about.
struct Snooping: Sendable {
  let settings: SnoopingSettings
  private let portCount: Int
  /// By group: the port of each member with its due; ``Instant/never`` for members entered by hand.
  private var members: [Group: [Int: Instant]] = [:]
  /// By port: until when a router is known to be there.
  private var routers: [Instant]
  private var querier = OtherQuerier()
  /// From when on the switch's own queries have been answered; `nil` if it does not query.
  private let ownAnswered: Instant?

  /// How a group is told from others.
  enum Group: Sendable, Hashable {
    case mac(MACAddress)
    case ip(IPAddress)
  }

  private struct OtherQuerier: Sendable {
    var address = IPAddress(v4: 0)
    /// Until when it is known to be there, and from when on its first query has been answered.
    var until = Instant.zero
    var answered = Instant.zero
  }

  /// - Parameter start: when the switch began to snoop, and to query if it does.
  init(_ settings: SnoopingSettings, portCount: Int, from start: Instant = .zero) {
    self.settings = settings
    self.portCount = portCount
    routers = [Instant](repeating: .zero, count: portCount)
    ownAnswered = settings.querier == nil ? nil : start + settings.responseTime
  }

  /// Enters a member by hand, for good.
  mutating func enter(_ group: Group, on port: Int) { members[group, default: [:]][port] = .never }

  /// Notes an IGMP message.
  mutating func hear(_ message: IGMPMessage, from source: IPAddress, on port: Int, at now: Instant) {
    switch message {
    case .report(let group):
      if Self.isLocal(group) { break }
      let key = key(of: group)
      if members[key]?[port] != .never { members[key, default: [:]][port] = now + settings.membership }
    case .leave(let group):
      if querier.until <= now { shorten(group, on: port, to: now + settings.lastMember) }
    case .query(nil, let response): hearQuery(from: source, response, on: port, at: now)
    case .query(let group?, let response):
      let due = now + settings.lastMemberCount * response
      for port in 0..<portCount { shorten(group, on: port, to: due) }
    }
  }

  private mutating func hearQuery(
    from source: IPAddress, _ response: Duration, on port: Int, at now: Instant
  ) {
    let isKnown = querier.until > now
    let rival = isKnown ? querier.address : settings.querier
    // A switch that queries from 0.0.0.0 takes no part in the election (RFC 4541, section 2.1.1): any other wins.
    if let rival, rival.low != 0, source.low > rival.low { return }
    if !isKnown { querier.answered = now + response }
    (querier.address, querier.until) = (source, now + settings.otherQuerier)
    if source.low != 0 || settings.anyQueryShowsRouter { routers[port] = now + settings.otherQuerier }
  }

  private mutating func shorten(_ group: IPAddress, on port: Int, to due: Instant) {
    let key = key(of: group)
    guard let old = members[key]?[port], old != .never, old > due else { return }
    members[key]?[port] = due
  }

  /// A port has gone down: its members and routers are forgotten.
  mutating func forget(port: Int) {
    for group in members.keys where members[group]?[port] != .never { members[group]?[port] = nil }
    routers[port] = .zero
  }

  /// Where a frame to a group goes; `nil` if it is flooded.
  /// - Parameter roles: of the ports, by number.
  func ports(for frame: EthernetFrame, roles: [SwitchPort.RouterRole], at now: Instant) -> SwitchPorts? {
    let routers = routers(roles, at: now)
    if case .igmp(let message, _) = frame.content {
      // Reports go to routers alone, so that no host keeps its own back (RFC 4541, section 2.1.1).
      guard case .report = message, isAnswered(at: now) || !settings.needsQuerier else { return nil }
      return routers
    }
    guard let packet = frame.ipv4Destination else {
      return live(.mac(frame.destination), at: now).map { $0.union(routers) }
    }
    if packet.isMulticast && Self.isLocal(packet) { return nil }
    if settings.needsQuerier && !isAnswered(at: now) { return nil }
    let key = settings.lookup == .ip ? Group.ip(packet) : .mac(frame.destination)
    if let members = live(key, at: now) { return members.union(routers) }
    let policy = frame.destination.isIPv4Group ? settings.unregistered : settings.unmapped
    return policy == .flood ? nil : routers
  }

  /// The earliest instant after another at which the answer for a frame may change by itself; ``Instant/never`` if none.
  func nextChange(for frame: EthernetFrame, after now: Instant) -> Instant {
    var dues = routers + [querier.until, querier.answered]
    if let ownAnswered { dues.append(ownAnswered) }
    for key in keys(of: frame) { dues += members[key, default: [:]].values }
    return dues.filter { $0 > now }.min() ?? .never
  }

  /// Whether a querier is known, and hosts have had the time to answer it.
  private func isAnswered(at now: Instant) -> Bool {
    if querier.until > now { return querier.answered <= now }
    return ownAnswered.map { $0 <= now } ?? false
  }

  private func routers(_ roles: [SwitchPort.RouterRole], at now: Instant) -> SwitchPorts {
    SwitchPorts(
      roles.indices.filter { roles[$0] == .always || roles[$0] == .detected && routers[$0] > now })
  }

  /// The members of a group; `nil` if it has none.
  private func live(_ group: Group, at now: Instant) -> SwitchPorts? {
    let ports = members[group, default: [:]].filter { $0.value > now }.keys
    return ports.isEmpty ? nil : SwitchPorts(ports)
  }

  private func key(of group: IPAddress) -> Group {
    settings.lookup == .ip ? .ip(group) : .mac(MACAddress(group: group))
  }

  /// The groups that decide about a frame.
  private func keys(of frame: EthernetFrame) -> [Group] {
    var keys = [Group.mac(frame.destination)]
    if let packet = frame.ipv4Destination { keys.append(.ip(packet)) }
    if case .igmp(.leave(let group), _) = frame.content { keys.append(key(of: group)) }
    return keys
  }

  /// 224.0.0.x, whose members need not report (RFC 4541, section 2.1.2).
  private static func isLocal(_ group: IPAddress) -> Bool { group.low >> 8 == 0xe0_0000 }
}
