import Engine
import FarmFile
import Glibc

/// What one machine must have before it runs a node. It changes nothing: tables are made in a private namespace.
public struct HostPreflight: Sendable {
  let setup: DriverSetup
  /// Connections that a node shall be able to track at once.
  let connections: Int

  /// - Parameter connections: at once, by all clients: a node that is alone has them all.
  public init(_ setup: DriverSetup, connections: Int) {
    self.setup = setup
    self.connections = connections
  }

  /// Why this process may look at nothing; `nil` if it may.
  public static var refusal: String? {
    let missing = ProcessCapability.allCases.filter { !$0.isHeld }.map(\.name)
    return missing.isEmpty ? nil : "it needs root, or \(missing.joined(separator: " and "))"
  }

  /// All of them, in an order in which the first that fails explains those after it.
  public func checks() -> [PreflightCheck] {
    features() + [filter(), conntrack(), conntrackSize()] + conntrackSettings() + interfaces()
      + [sharedMAC(), ownAddresses(), ownVirtualIPs(), virtualIPs(), reversePath(), tracking()] + witness()
      + notifyCommand() + [keys(), clock(), lateness()]
  }

  /// Reads a kernel setting of the host; `nil` if there is none.
  func setting(_ name: String) -> Int? { InterfaceSetting(path: "/proc/sys/net/netfilter/\(name)").value }
}
