import Engine
import FarmFile

/// What one daemon runs: a farm, how it runs on Linux, and which of its nodes this machine is.
public struct DriverSetup: Sendable {
  public var farm: Farm
  public var linux: LinuxSettings
  public var node: NodeID
  /// The file's text, to be kept for a daemon that takes over from this one.
  public var text: String

  /// - Precondition: the node is one of the farm's.
  public init(_ file: DaemonFile, node: NodeID) {
    precondition(node.index < file.farm.nodes.count, "a node that is not configured")
    farm = file.farm
    linux = file.linux
    text = file.text
    self.node = node
  }

  /// The node's name.
  public var name: String { farm.nodes[node.index] }

  /// The interface that gets the packets for the virtual IP: the node's interface on the first network that carries the
  /// service.
  public var serviceInterface: String {
    let network = farm.settings.networks.firstIndex { $0.carriesService } ?? 0
    return linux.attachments[node.index][network].interface
  }

  /// The MAC that the farm's nodes share.
  var mac: MACAddress {
    linux.sharedMAC ?? MACAddress.automatic(for: farm.virtualIPs[0], mode: linux.sharedAddress)
  }

  /// Names of the groups whose buckets are owned, in the engine's order: unmatched traffic's comes last.
  var groupNames: [String] {
    farm.settings.ownershipGroups.indices.map { $0 < farm.groups.count ? farm.groups[$0] : "default node" }
  }

  /// The part of the file that must be the same on all nodes.
  var sharedKeys: FileKeys { .shared(farm, linux) }

  /// The part of the file that is this node's own.
  var ownKeys: FileKeys { .own(farm, linux) }

  /// The keys that differ in another setup and that a running daemon cannot take over; empty if it can take over all.
  public func needsRestart(for next: DriverSetup) -> [String] {
    // Nodes may be added or removed at the end; those that stay must keep their addresses.
    let staying = min(farm.nodes.count, next.farm.nodes.count)
    let isMoved = linux.attachments.prefix(staying) != next.linux.attachments.prefix(staying)
    let keys: [(name: String, isChanged: Bool)] = [
      ("the nodes' order", next.node != node || next.name != name),
      ("farm.id", next.farm.settings.farmID != farm.settings.farmID),
      ("farm.virtual_ip", next.farm.virtualIPs != farm.virtualIPs),
      (
        "networks",
        next.farm.networks != farm.networks || next.farm.settings.networks != farm.settings.networks
      ),
      ("linux.addresses or linux.interfaces", isMoved),
      ("linux.port", next.linux.port != linux.port),
      ("linux.delivery", next.linux.delivery != linux.delivery),
      ("linux.shared_address", next.linux.sharedAddress != linux.sharedAddress),
      ("linux.shared_mac", next.linux.sharedMAC != linux.sharedMAC),
      ("linux.run_directory", next.linux.runDirectory != linux.runDirectory),
      ("linux.state_directory", next.linux.stateDirectory != linux.stateDirectory),
      ("linux.metrics", next.linux.metrics != linux.metrics),
      ("linux.gateway", next.linux.gateway != linux.gateway),
      ("linux.table", next.linux.table != linux.table),
    ]
    return keys.filter(\.isChanged).map(\.name)
  }
}
