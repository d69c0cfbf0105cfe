import Engine
import FarmFile

/// What one daemon runs: a farm, how it runs on Linux, and which of its nodes this machine is.
public struct DriverSetup: Sendable {
  public var farm: Farm
  public var linux: LinuxSettings
  public var node: NodeID

  /// - Precondition: the node is one of the farm's.
  public init(farm: Farm, linux: LinuxSettings, node: NodeID) {
    precondition(node.index < farm.nodes.count, "a node that is not configured")
    self.farm = farm
    self.linux = linux
    self.node = node
  }

  public init(_ file: DaemonFile, node: NodeID) {
    self.init(farm: file.farm, linux: file.linux, node: node)
  }

  /// The node's name.
  public var name: String { farm.nodes[node.index] }

  /// The interface that gets the packets for the virtual IP: the node's on the first network that carries the
  /// service.
  public var serviceInterface: String {
    let network = farm.settings.networks.firstIndex { $0.carriesService } ?? 0
    return linux.attachments[node.index][network].interface
  }

  /// What of another setup a running daemon cannot take over, by the name of its key; empty if it can take all.
  public func needsRestart(for next: DriverSetup) -> [String] {
    var keys: [String] = []
    if next.name != name { keys.append("the node's name") }
    if next.farm.settings.farmID != farm.settings.farmID { keys.append("farm.id") }
    if next.farm.virtualIPs != farm.virtualIPs { keys.append("farm.virtual_ip") }
    if next.serviceInterface != serviceInterface { keys.append("linux.interfaces") }
    if next.linux.sharedAddress != linux.sharedAddress { keys.append("linux.shared_address") }
    if next.linux.sharedMAC != linux.sharedMAC { keys.append("linux.shared_mac") }
    if next.linux.runDirectory != linux.runDirectory { keys.append("linux.run_directory") }
    if next.linux.stateDirectory != linux.stateDirectory { keys.append("linux.state_directory") }
    if next.linux.metrics != linux.metrics { keys.append("linux.metrics") }
    if next.linux.gateway != linux.gateway { keys.append("linux.gateway") }
    if next.linux.table != linux.table { keys.append("linux.table") }
    return keys
  }
}
