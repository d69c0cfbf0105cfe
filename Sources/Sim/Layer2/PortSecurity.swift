import FarmFile

/// How many MACs may send on one port, and which do.
///
/// The first MACs that send on a port are its own. A further one, or a MAC that another port has, violates the rule.
/// A port that goes down forgets its MACs.
struct PortSecurity: Sendable {
  struct Settings: Sendable, Hashable {
    /// MACs a port, at least 1.
    var maximum = 1
    var violation = FloodLimit.Excess.shutdown
  }

  let settings: Settings
  private var owners: [MACAddress: Int] = [:]
  private var counts: [Int]

  init(_ settings: Settings, portCount: Int) {
    precondition(settings.maximum > 0, "a port without MACs")
    self.settings = settings
    counts = [Int](repeating: 0, count: portCount)
  }

  /// Whether a MAC may send on a port.
  mutating func admits(_ mac: MACAddress, on port: Int) -> Bool {
    if let owner = owners[mac] { return owner == port }
    if counts[port] >= settings.maximum { return false }
    owners[mac] = port
    counts[port] += 1
    return true
  }

  /// The port has gone down.
  mutating func forget(port: Int) {
    owners = owners.filter { $0.value != port }
    counts[port] = 0
  }
}
