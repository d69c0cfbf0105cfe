import Engine
import FarmFile

/// Tells a node that is gone from one whose heartbeats are too long for the path. A tunnel or switch with a small MTU
/// lets connections be opened, but no heartbeat through.
///
/// Once a second, each node tells in a note of a few bytes how long its longest heartbeat is. A node whose notes arrive
/// on a network without heartbeats of that length has trouble there. The watch also compares the MTU of the machine's
/// own interfaces. It uses no sockets or clocks: the caller passes in everything.
struct PathWatch {
  private struct Path {
    /// The length that the node last told; 0 before.
    var length = 0
    var noteAt: Instant?
    /// Since when no heartbeat of that length has arrived.
    var missingSince = Instant.zero
  }

  private let isIPv4: [Bool]
  private let interfaces: [String]
  /// By network, then node.
  private var paths: [[Path]]
  /// How long none must arrive before it counts as trouble.
  private let patience: Duration
  /// Bytes of this node's own longest heartbeat.
  let ownLength: Int
  /// The present troubles, this machine's own first, then by network.
  private(set) var troubles: [PathTrouble] = []

  /// How long a note counts.
  private static let memory = Duration.seconds(3)

  /// - Parameter before: the watch under the earlier settings.
  init(_ setup: DriverSetup, after before: PathWatch? = nil) {
    let places = setup.linux.attachments[setup.node.index]
    isIPv4 = places.map(\.address.isIPv4)
    interfaces = places.map(\.interface)
    patience = max(.seconds(3), 4 * setup.farm.settings.heartbeat.interval)
    ownLength = HeartbeatLength.datagram(setup.farm.settings)
    paths = places.map { _ in Array(repeating: Path(), count: Limits.maximumNodes) }
    troubles = before?.troubles ?? []
  }

  mutating func takeNote(of length: Int, from node: NodeID, on network: NetworkID, at now: Instant) {
    var path = paths[network.index][node.index]
    // After a first note, another length or a new life, the node gets its time to send a heartbeat.
    if path.length != length || path.noteAt.map({ now - $0 > Self.memory }) ?? true {
      path.missingSince = now
    }
    (path.length, path.noteAt) = (length, now)
    paths[network.index][node.index] = path
  }

  /// - Parameter length: bytes of a heartbeat with its trailer; a relayed one counts as well.
  mutating func takeHeartbeat(of length: Int, from node: NodeID, on network: NetworkID, at now: Instant) {
    if length >= paths[network.index][node.index].length {
      paths[network.index][node.index].missingSince = now
    }
  }

  /// Finds the present troubles.
  /// - Parameter mtus: of this machine's interfaces, by network; `nil` for a missing one.
  /// - Returns: the troubles that have begun, and those that are over.
  mutating func look(mtus: [Int?], at now: Instant) -> (new: [PathTrouble], gone: [PathTrouble]) {
    var found: [PathTrouble] = []
    for (n, mtu) in mtus.enumerated() {
      let needed = HeartbeatLength.packet(ownLength, isIPv4: isIPv4[n])
      guard let mtu, mtu < needed else { continue }
      found.append(
        PathTrouble(network: NetworkID(n), interface: interfaces[n], mtu: mtu, packetBytes: needed))
    }
    for n in paths.indices {
      for (i, path) in paths[n].enumerated() {
        guard let note = path.noteAt, now - note <= Self.memory, now - path.missingSince >= patience else {
          continue
        }
        found.append(
          PathTrouble(
            network: NetworkID(n), node: NodeID(i),
            packetBytes: HeartbeatLength.packet(path.length, isIPv4: isIPv4[n])))
      }
    }
    defer { troubles = found }
    return (found.filter { !troubles.contains($0) }, troubles.filter { !found.contains($0) })
  }
}

/// How long a farm's heartbeats are on the wire. It is the same for every node of one configuration.
enum HeartbeatLength {
  /// Bytes of the longest datagram, trailer included.
  static func datagram(_ settings: Settings) -> Int {
    (HeartbeatPlan(settings).parts.map(\.length).max() ?? 0) + Authenticator.trailerBytes
  }

  /// Bytes of the IP packet with a datagram.
  /// - Source: RFC 791, RFC 8200 and RFC 768: 20 or 40 bytes of IP, without options, and 8 of UDP.
  static func packet(_ datagram: Int, isIPv4: Bool) -> Int { datagram + (isIPv4 ? 20 : 40) + 8 }
}
