import Engine
import FarmFile

/// A router's table of neighbours: which MAC it sends to for an address on the segment.
///
/// An entry is made by an answer to the router's own request. Any later message of the same sender renews it, and
/// changes its MAC if that is another (RFC 826, packet reception). It is forgotten some time after the last one. An
/// entry by hand stays.
struct ARPCache: Sendable {
  struct Settings: Sendable, Hashable {
    var timeout = Duration.seconds(4 * 3600)
    /// Whether it believes an answer that names a group's MAC for one host. A router must not (RFC 1812, section 3.3.2),
    /// unless it is set so.
    var takesGroupMACs = false
    /// Whether messages that nobody asked for change an entry.
    var takesGratuitous = true
  }

  private struct Entry {
    var mac: MACAddress
    /// ``Instant/never`` if made by hand.
    var due: Instant
  }

  let settings: Settings
  private var entries: [IPAddress: Entry] = [:]

  init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Where packets to an address go; `nil` if the router must ask first.
  func mac(of address: IPAddress, at now: Instant) -> MACAddress? {
    guard let entry = entries[address], entry.due > now else { return nil }
    return entry.mac
  }

  /// When an address is forgotten; ``Instant/never`` for an entry by hand, `nil` for none.
  func due(of address: IPAddress) -> Instant? { entries[address]?.due }

  /// Notes a message.
  /// - Parameter isForRouter: whether it answers or asks the router itself: only that makes a new entry.
  mutating func hear(_ message: ARPMessage, isForRouter: Bool, at now: Instant) {
    if message.operation == .reverseRequest || message.sender.isUnspecified { return }
    if message.senderMAC.isMulticast && !settings.takesGroupMACs { return }
    let old = entries[message.sender]
    if old?.due == .never { return }
    let isLive = (old?.due ?? .zero) > now
    guard isForRouter || isLive && (settings.takesGratuitous || !message.isGratuitous) else {
      return
    }
    entries[message.sender] = Entry(mac: message.senderMAC, due: now + settings.timeout)
  }

  /// Enters an address by hand.
  mutating func enter(_ mac: MACAddress, for address: IPAddress) {
    entries[address] = Entry(mac: mac, due: .never)
  }

  /// Forgets all but entries by hand.
  mutating func clear() { entries = entries.filter { $0.value.due == .never } }
}

/// Kinds of routers, with their vendors' defaults.
enum RouterPreset: String, Sendable, CaseIterable {
  /// Cisco IOS: 4 hours.
  case ios
  /// Juniper Junos: 20 minutes.
  case junos
  /// H3C and HPE Comware: 20 minutes.
  case comware
  /// Fortinet FortiSwitch: 180 s.
  case fortiSwitch = "fortiswitch"
  /// ArubaOS-Switch after `ip arp-mcast-replies`.
  case arubaOSMulticast = "arubaos-switch-multicast"

  var settings: ARPCache.Settings {
    switch self {
    case .ios: ARPCache.Settings()
    case .junos, .comware: ARPCache.Settings(timeout: .seconds(20 * 60))
    case .fortiSwitch: ARPCache.Settings(timeout: .seconds(180))
    case .arubaOSMulticast: ARPCache.Settings(timeout: .seconds(20 * 60), takesGroupMACs: true)
    }
  }
}
