import Engine

/// Kinds of switches, with their vendors' defaults. Each is a start: a scenario may change every setting.
///
/// Where a vendor publishes no figure the standard's holds, and for the capacity 8192 entries are assumed.
enum SwitchPreset: String, Sendable, CaseIterable {
  /// Learns and floods, and does not snoop.
  case plain
  /// Cisco IOS: `mac address-table aging-time` 300 s. Snoops, and floods groups that nobody has joined.
  case ios
  /// Cisco NX-OS: snoops by IP address, so frames to 03-bf are flooded.
  case nxos
  /// The same after `layer-2 multicast lookup mac`.
  case nxosMACLookup = "nxos-mac-lookup"
  /// Juniper EX: storm control at 80 % of a port's bandwidth for broadcast and unknown unicast.
  case junosEX = "junos-ex"
  /// Juniper EX4300: the same for multicast too.
  case junosEX4300 = "junos-ex4300"
  /// Aruba CX.
  case arubaCX = "aruba-cx"
  /// Fortinet FortiSwitch: storm control off.
  case fortiSwitch = "fortiswitch"
  /// The same with storm control on, at its default of 500 frames a second.
  case fortiSwitchStorm = "fortiswitch-storm"
  /// NVIDIA Cumulus with port security: 32 MACs a port, others are dropped.
  case cumulusSecure = "cumulus-secure"
  /// Port security with one MAC, the port shuts down: how many a campus switch is set up.
  case portSecurity = "port-security"
  /// A Linux bridge: it snoops, and does not query, so without another querier it floods.
  case linuxBridge = "linux-bridge"
  /// A Linux bridge that queries itself.
  case linuxBridgeQuerier = "linux-bridge-querier"

  /// - Parameter linkSpeed: of a port, in bits a second; for limits that are a share of it.
  func settings(linkSpeed: Int = 1_000_000_000) -> EthernetSwitch.Settings {
    var settings = EthernetSwitch.Settings()
    switch self {
    case .plain, .arubaCX, .fortiSwitch: break
    case .ios, .nxos:
      settings.snooping = SnoopingSettings()
    case .nxosMACLookup:
      settings.snooping = SnoopingSettings(lookup: .mac)
    case .junosEX, .junosEX4300:
      var classes: FloodClasses = [.broadcast, .unknownUnicast]
      if self == .junosEX4300 { classes.insert(.multicast) }
      settings.limit = FloodLimit(classes: classes, amount: .bits(perSecond: linkSpeed / 100 * 80))
    case .fortiSwitchStorm:
      settings.limit = FloodLimit(classes: .all, amount: .frames(perSecond: 500))
    case .cumulusSecure:
      settings.security = PortSecurity.Settings(maximum: 32, violation: .drop)
    case .portSecurity:
      settings.security = PortSecurity.Settings(maximum: 1, violation: .shutdown)
    case .linuxBridge, .linuxBridgeQuerier:
      settings.table.movesStatic = true
      var snooping = SnoopingSettings()
      (snooping.unregistered, snooping.unmapped) = (.routerPorts, .routerPorts)
      (snooping.needsQuerier, snooping.anyQueryShowsRouter) = (true, true)
      if self == .linuxBridgeQuerier { snooping.querier = IPAddress(v4: 0) }
      settings.snooping = snooping
    }
    return settings
  }
}
