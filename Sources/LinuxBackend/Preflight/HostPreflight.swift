import Engine
import FarmFile
import Glibc

/// Checks what one machine needs before it runs a node. It changes nothing: tables are made in a private namespace.
public struct HostPreflight: Sendable {
  let setup: DriverSetup
  /// How many connections a node must be able to track at once.
  let connections: Int

  /// - Parameter connections: of all clients at once: a node that is alone has them all.
  public init(_ setup: DriverSetup, connections: Int) {
    self.setup = setup
    self.connections = connections
  }

  /// Why this process can check nothing; `nil` if it can.
  public static var refusal: String? {
    let missing = ProcessCapability.allCases.filter { !$0.isHeld }.map(\.name)
    return missing.isEmpty ? nil : "it needs root, or \(missing.joined(separator: " and "))"
  }

  /// All checks. The first that fails explains those after it.
  public func checks() -> [PreflightCheck] {
    features() + [filter(), conntrack(), conntrackSize()] + conntrackSettings() + interfaces()
      + [sharedMAC(), ownAddresses(), ownVirtualIPs(), virtualIPs(), reversePath(), tracking()] + witness()
      + notifyCommand() + [keys(), clock(), lateness()]
  }

  /// Reads a setting of the host's connection tracking; `nil` if there is none.
  func setting(_ name: String) -> Int? { InterfaceSetting(path: "/proc/sys/net/netfilter/\(name)").value }
}
