import Engine
import FarmFile

/// Behind which port of a switch each MAC is, by VLAN: learned from the sources of frames, or entered by hand.
///
/// A source is learned, or moved to another port, with its first frame. A learned entry is forgotten when no frame has
/// come from the MAC for the ageing time, or when its port goes down (IEEE 802.1D, section 7.9). Entries past their due
/// are still stored until room is needed, and count as absent.
struct MACTable: Sendable {
  let settings: Settings
  private var entries: [Key: Entry] = [:]

  struct Settings: Sendable, Hashable {
    /// Zero learns nothing.
    var ageing = Duration.seconds(300)
    /// The most entries. A full table learns no more MACs, so frames to them are flooded.
    var capacity = 8192
    /// Whether a frame moves an entry that was made by hand, as on a Linux bridge: `br_fdb_update` spares only those
    /// that are `sticky`.
    var movesStatic = false

    init(ageing: Duration = .seconds(300), capacity: Int = 8192, movesStatic: Bool = false) {
      precondition(capacity > 0 && ageing >= .zero)
      self.ageing = ageing
      self.capacity = capacity
      self.movesStatic = movesStatic
    }
  }

  private struct Key: Hashable {
    var vlan: VLAN
    var mac: MACAddress
  }

  private struct Entry {
    /// One port if learned. An entry by hand may name several, for a group.
    var ports: SwitchPorts
    /// ``Instant/never`` if made by hand.
    var due: Instant

    var isStatic: Bool { due == .never }
  }

  init(_ settings: Settings = Settings()) { self.settings = settings }

  /// Where frames to a MAC go; `nil` if it is unknown.
  func ports(of mac: MACAddress, in vlan: VLAN, at now: Instant) -> SwitchPorts? {
    guard let entry = entries[Key(vlan: vlan, mac: mac)], entry.due > now else { return nil }
    return entry.ports
  }

  /// When a MAC is forgotten, or was; ``Instant/never`` for an entry by hand, `nil` for none.
  func due(of mac: MACAddress, in vlan: VLAN) -> Instant? { entries[Key(vlan: vlan, mac: mac)]?.due }

  /// How many MACs it knows.
  func count(at now: Instant) -> Int { entries.count { $0.value.due > now } }

  /// Notes the port that a frame of a MAC has come in by.
  /// - Returns: whether the table knows the MAC now. It does not if it is full.
  /// - Complexity: O(1), O(entries) when it is full.
  @discardableResult
  mutating func learn(_ mac: MACAddress, in vlan: VLAN, on port: Int, at now: Instant) -> Bool {
    if settings.ageing == .zero { return false }
    let key = Key(vlan: vlan, mac: mac)
    if let old = entries[key], old.isStatic {
      if settings.movesStatic { entries[key]?.ports = SwitchPorts(port) }
      return true
    }
    if entries[key] == nil, entries.count >= settings.capacity {
      entries = entries.filter { $0.value.due > now }
      if entries.count >= settings.capacity { return false }
    }
    entries[key] = Entry(ports: SwitchPorts(port), due: now + settings.ageing)
    return true
  }

  /// Enters a MAC by hand, for good.
  mutating func enter(_ mac: MACAddress, in vlan: VLAN, on ports: SwitchPorts) {
    entries[Key(vlan: vlan, mac: mac)] = Entry(ports: ports, due: .never)
  }

  /// Removes an entry, whoever made it.
  mutating func remove(_ mac: MACAddress, in vlan: VLAN) { entries[Key(vlan: vlan, mac: mac)] = nil }

  /// Forgets what was learned on a port that has gone down. Entries by hand stay.
  mutating func forget(port: Int) {
    entries = entries.filter { $0.value.isStatic || !$0.value.ports.contains(port) }
  }

  /// Makes every learned entry due after `time` at the latest, as at a change of the tree of switches (802.1D, section
  /// 7.9.2: the forward delay, 15 s). Entries whose MAC sends again live as long as ever.
  mutating func shorten(to time: Duration, at now: Instant) {
    for (key, entry) in entries where !entry.isStatic && entry.due > now + time {
      entries[key]?.due = now + time
    }
  }
}
