import Engine
import FarmFile

/// A switch: what comes in by one port leaves by others, as its tables say.
///
/// A frame passes the port it comes in by (up, VLAN, port security, flood limits), teaches the tables its source and,
/// if it is IGMP, its group, and then goes out:
/// - to a MAC that is known, by that MAC's port, or nowhere if that is the port it came in by;
/// - to a MAC that is unknown, by all ports, as ``Settings/unknownUnicast`` permits;
/// - to a group, by the ports entered by hand, else as ``Snooping`` says, else by all ports;
/// - to all, by all ports.
///
/// ``receive(_:on:at:)`` does all that. ``forwarding(of:on:at:)`` only answers where a frame would go: what reachability
/// is computed from.
struct EthernetSwitch: Sendable {
  let settings: Settings
  private(set) var ports: [SwitchPort]
  private var table: MACTable
  private var snooping: Snooping?
  private var security: PortSecurity?
  /// By port, if the switch limits floods.
  private var meters: [FloodMeter]

  enum UnknownUnicast: Sendable, Hashable {
    case flood
    case drop
  }

  struct Settings: Sendable, Hashable {
    var table = MACTable.Settings()
    var unknownUnicast = UnknownUnicast.flood
    var limit: FloodLimit?
    var security: PortSecurity.Settings?
    var snooping: SnoopingSettings?
    /// How long entries live at most after a topology change: the forward delay of 802.1D.
    var forwardDelay = Duration.seconds(15)
  }

  /// Where a frame goes.
  struct Forwarding: Sendable, Hashable {
    var vlan = VLAN.standard
    var ports = SwitchPorts.none
    /// Why it goes to all ports; empty if it does not.
    var flooded: FloodClasses = []
    var drop: Drop?
  }

  /// Why a frame goes nowhere, besides that nobody is there.
  enum Drop: Sendable, Hashable {
    case portDown
    case vlan
    /// To a reserved address, or from a group.
    case address
    case security
    case limit
    case unknown
  }

  /// - Precondition: at most ``SwitchPorts/capacity`` ports.
  init(_ settings: Settings, ports: [SwitchPort], from start: Instant = .zero) {
    precondition(ports.count <= SwitchPorts.capacity, "more ports than a switch has")
    self.settings = settings
    self.ports = ports
    table = MACTable(settings.table)
    snooping = settings.snooping.map { Snooping($0, portCount: ports.count, from: start) }
    security = settings.security.map { PortSecurity($0, portCount: ports.count) }
    meters = settings.limit.map { [FloodMeter](repeating: FloodMeter($0), count: ports.count) } ?? []
  }

  /// Takes a frame in and tells where it goes.
  mutating func receive(_ frame: EthernetFrame, on port: Int, at now: Instant) -> Forwarding {
    var result = entrance(of: frame, on: port)
    if result.drop != nil { return result }
    if let admits = security?.admits(frame.source, on: port), !admits {
      if settings.security?.violation == .shutdown { set(port, isUp: false) }
      result.drop = .security
      return result
    }
    if ports[port].learns { table.learn(frame.source, in: result.vlan, on: port, at: now) }
    if case .igmp(let message, let source) = frame.content {
      snooping?.hear(message, from: source, on: port, at: now)
    }
    return meter(forwarding(of: frame, on: port, at: now), of: frame, on: port, at: now)
  }

  /// Where a frame would go that comes in by a port. It changes nothing and is counted nowhere.
  func forwarding(of frame: EthernetFrame, on port: Int, at now: Instant) -> Forwarding {
    var result = entrance(of: frame, on: port)
    if result.drop != nil { return result }
    let open = exits(from: port, vlan: result.vlan)
    if let known = table.ports(of: frame.destination, in: result.vlan, at: now) {
      result.ports = known.intersection(open)
      return result
    }
    if frame.destination.isMulticast, frame.destination != .broadcast,
      let members = snooping?.ports(for: frame, roles: ports.map(\.router), at: now)
    {
      result.ports = members.intersection(open)
      return result
    }
    let reason = Self.floodClass(frame.destination)
    result.flooded = reason
    if reason == .unknownUnicast && settings.unknownUnicast == .drop {
      result.drop = .unknown
    } else if isExhausted(reason, on: port) {
      result.drop = .limit
    } else {
      result.ports = SwitchPorts(open.filter { ports[$0].floods.contains(reason) })
    }
    return result
  }

  /// The earliest instant after another at which a frame's way may change without a further event.
  func nextChange(for frame: EthernetFrame, on port: Int, after now: Instant) -> Instant {
    guard let vlan = ports[port].vlan(ofTagged: frame.vlan) else { return .never }
    let due = table.due(of: frame.destination, in: vlan) ?? .never
    let snooped =
      frame.destination.isMulticast ? snooping?.nextChange(for: frame, after: now) ?? .never : .never
    return min(due > now ? due : .never, snooped)
  }

  // MARK: - Events

  /// A port goes up or down. A port that goes down forgets all that was learned there; one that a limit has shut down is
  /// reset by going up.
  mutating func set(_ port: Int, isUp: Bool) {
    if ports[port].isUp == isUp { return }
    ports[port].isUp = isUp
    if isUp {
      if settings.limit != nil { meters[port].reset() }
      return
    }
    table.forget(port: port)
    snooping?.forget(port: port)
    security?.forget(port: port)
  }

  /// The tree of switches has changed: what was learned is soon due.
  mutating func topologyChange(at now: Instant) { table.shorten(to: settings.forwardDelay, at: now) }

  /// Enters a MAC by hand. For a group MAC, all its ports.
  mutating func enter(_ mac: MACAddress, in vlan: VLAN = .standard, on ports: SwitchPorts) {
    table.enter(mac, in: vlan, on: ports)
  }

  /// Enters a member of a group by hand.
  mutating func enter(member group: Snooping.Group, on port: Int) { snooping?.enter(group, on: port) }

  /// Where frames to a MAC go; `nil` if it is unknown.
  func ports(of mac: MACAddress, in vlan: VLAN = .standard, at now: Instant) -> SwitchPorts? {
    table.ports(of: mac, in: vlan, at: now)
  }

  // MARK: - Parts of a decision

  /// The frame's VLAN, and why the port does not take it if it does not.
  private func entrance(of frame: EthernetFrame, on port: Int) -> Forwarding {
    var result = Forwarding()
    guard ports[port].isUp else {
      result.drop = .portDown
      return result
    }
    guard let vlan = ports[port].vlan(ofTagged: frame.vlan) else {
      result.drop = .vlan
      return result
    }
    result.vlan = vlan
    if frame.destination.isReserved || frame.source.isMulticast { result.drop = .address }
    return result
  }

  /// The ports that a frame of a VLAN may leave by.
  private func exits(from port: Int, vlan: VLAN) -> SwitchPorts {
    let isIsolated = ports[port].isIsolated
    return SwitchPorts(
      ports.indices.filter {
        $0 != port && ports[$0].isUp && ports[$0].carries(vlan) && !(isIsolated && ports[$0].isIsolated)
      })
  }

  private func isExhausted(_ reason: FloodClasses, on port: Int) -> Bool {
    guard let limit = settings.limit, limit.classes.contains(reason) else { return false }
    return meters[port].isExhausted
  }

  /// Counts a flooded frame, and drops what exceeds the limit.
  private mutating func meter(
    _ decided: Forwarding, of frame: EthernetFrame, on port: Int, at now: Instant
  ) -> Forwarding {
    var result = decided
    guard let limit = settings.limit, decided.drop == nil, !decided.flooded.isEmpty,
      limit.classes.contains(decided.flooded), !meters[port].admits(bytes: frame.encode().count, at: now)
    else { return result }
    result.ports = .none
    result.drop = .limit
    if limit.excess == .shutdown { set(port, isUp: false) }
    return result
  }

  private static func floodClass(_ mac: MACAddress) -> FloodClasses {
    mac == .broadcast ? .broadcast : mac.isMulticast ? .multicast : .unknownUnicast
  }
}
