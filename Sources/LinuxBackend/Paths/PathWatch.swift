import Engine
import FarmFile

/// Tells a node that is gone from one whose heartbeats are too long for the way between: a tunnel or a switch that carries
/// packets of up to so many bytes lets connections be opened, and no heartbeat through.
///
/// Each node tells, in a note of a few bytes once a second, how long its longest heartbeat is. Whose notes arrive on a network
/// while no heartbeat of that length does is in trouble there. The MTU of the machine's own interfaces is looked at as well.
/// It knows nothing of sockets and clocks but what it is told.
struct PathWatch {
  private struct Path {
    /// What the node last told; 0 before it has.
    var length = 0
    var noteAt: Instant?
    /// Since when a heartbeat of that length is missing.
    var missingSince = Instant.zero
  }

  private let isIPv4: [Bool]
  private let interfaces: [String]
  /// By network, then node.
  private var paths: [[Path]]
  /// How long nothing must come before that says something.
  private let patience: Duration
  /// Bytes of this node's own longest heartbeat.
  let ownLength: Int
  /// What there is now, by network, this machine's own first.
  private(set) var troubles: [PathTrouble] = []

  /// For how long a note counts.
  private static let memory = Duration.seconds(3)

  /// - Parameter before: what was known under other settings.
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
    // The first one, another length or a new life: it has its time to send one.
    if path.length != length || path.noteAt.map({ now - $0 > Self.memory }) ?? true {
      path.missingSince = now
    }
    (path.length, path.noteAt) = (length, now)
    paths[network.index][node.index] = path
  }

  /// - Parameter length: bytes of a heartbeat with its trailer; a relayed one is as good.
  mutating func takeHeartbeat(of length: Int, from node: NodeID, on network: NetworkID, at now: Instant) {
    if length >= paths[network.index][node.index].length {
      paths[network.index][node.index].missingSince = now
    }
  }

  /// Judges anew. - Parameter mtus: by network, of this machine's interfaces; `nil` where there is none.
  /// - Returns: what has come, and what has gone.
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
