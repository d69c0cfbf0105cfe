/// One port of a switch: what it is set to, and whether it is up.
struct SwitchPort: Sendable, Hashable {
  enum Membership: Sendable, Hashable {
    /// Untagged frames of one VLAN.
    case access(VLAN)
    /// Tagged frames of every VLAN; untagged ones belong to the native VLAN.
    case trunk(native: VLAN)
  }

  /// Whether a multicast router is behind the port, which then gets all groups.
  enum RouterRole: Sendable, Hashable {
    /// As long as queries come in by it.
    case detected
    case always
    case never
  }

  var membership = Membership.access(.standard)
  var isUp = true
  var learns = true
  /// Whether flooded frames leave by it, by what they are flooded for.
  var floods = FloodClasses.all
  /// Two isolated ports get none of each other's frames: a private VLAN, or `isolated` on a Linux bridge.
  var isIsolated = false
  var router = RouterRole.detected

  /// The VLAN of a frame that comes in; `nil` if the port does not take it.
  func vlan(ofTagged tag: VLAN?) -> VLAN? {
    switch membership {
    case .access(let vlan): tag == nil ? vlan : nil
    case .trunk(let native): tag ?? native
    }
  }

  /// Whether frames of a VLAN leave by it.
  func carries(_ vlan: VLAN) -> Bool {
    switch membership {
    case .access(let own): own == vlan
    case .trunk: true
    }
  }

  /// The tag of a frame of a VLAN that leaves by it.
  func tag(of vlan: VLAN) -> VLAN? {
    switch membership {
    case .access: nil
    case .trunk(let native): vlan == native ? nil : vlan
    }
  }
}

/// The frames that a switch sends to all ports.
struct FloodClasses: OptionSet, Sendable, Hashable {
  let rawValue: UInt8

  /// Frames to a MAC that the switch does not know.
  static let unknownUnicast = FloodClasses(rawValue: 1)
  static let broadcast = FloodClasses(rawValue: 2)
  /// Frames to groups, unless snooping tells where their members are.
  static let multicast = FloodClasses(rawValue: 4)
  static let all: FloodClasses = [.unknownUnicast, .broadcast, .multicast]
}
