import Engine
import FarmFile

/// Turns the counts into checks. Each check looks at every other node: good, lossy, missing or unknown. For a node that
/// is not heard on a network, the signs of its silence tell whether something blocks it, and what to do about that. A
/// check fails if a node is missing, blocked or lossy. If a node is only unknown, the check was not made.
extension SegmentTally {
  /// The names that the checks use.
  struct Names {
    var nodes: [String]
    var networks: [String]
    var port: UInt16
    /// By network.
    var delivery: [HeartbeatDelivery]
    var sharedAddress: SharedAddressMode
    /// This node's interfaces, by network.
    var interfaces: [String] = []
    /// By network, the rule of this machine that drops heartbeats, or how to look for it.
    var dropping: [Int: String] = [:]
    /// By network, the length of the IP packet with the longest heartbeat.
    var packetBytes: [Int] = []
  }

  /// The name of the check that ``SegmentKeys`` adds keys to.
  static let sameConfiguration = "same configuration"

  /// All checks: those of paths for each network and direction, then key, configuration and clocks.
  func checks(_ names: Names, configuration: Digest) -> [PreflightCheck] {
    var checks: [PreflightCheck] = []
    for network in 0..<networkCount {
      let name = names.networks[network]
      let fix = openPort(names, network)
      checks.append(
        check("heartbeats heard on \(name)", names, missingFix: fix, on: network) { peer in
          peer.isHeard || peer.isKnown ? lossOf(peer, on: network) : .unknown
        })
      checks.append(
        check("heartbeats reach the others on \(name)", names, missingFix: fix) { peer in
          echo(peer) { $0.datagrams[network] }
        })
    }
    if usesFrames {
      let fix =
        names.sharedAddress == .multicast
        ? "let the switch flood the shared MAC (a static entry, or no IGMP and MLD snooping; no storm control below the traffic), or shared_address: unicast"
        : "let the switch flood unknown unicast (no port security, no storm control below the traffic), or shared_address: multicast"
      checks.append(
        check("frames to the shared MAC arrive", names, missingFix: fix) { peer in
          peer.heard.frames > 0 ? .good(nil) : peer.session != nil || peer.isKnown ? .missing : .unknown
        })
      checks.append(
        check("frames to the shared MAC reach the others", names, missingFix: fix) { peer in
          echo(peer) { $0.frames }
        })
    }
    checks.append(
      check("same key", names, missingFix: "copy one node's key file to all of them") { peer in
        peer.isHeard ? .good(nil) : .unknown
      })
    checks.append(
      check(Self.sameConfiguration, names, missingFix: "give all nodes the same file") { peer in
        peer.configuration.map { $0 == configuration ? .good(nil) : .missing } ?? .unknown
      })
    checks.append(
      check("clocks agree", names, missingFix: "set the time: timedatectl set-ntp true") { peer in
        peer.session == nil ? .unknown : peer.clockLead.magnitude > 5000 ? .missing : .good(nil)
      })
    return checks
  }

  private enum Seen {
    case unknown, missing
    case good(String?)
    case lossy(String)
  }

  private func openPort(_ names: Names, _ network: Int) -> String {
    let length =
      names.packetBytes.indices.contains(network)
      ? "in IP packets of \(names.packetBytes[network]) bytes, " : ""
    let fix =
      "let UDP port \(names.port) through both machines' packet filters, \(length)and look at cable, VLAN and switch of network \(names.networks[network])"
    guard case .multicast = names.delivery[network] else { return fix }
    return fix + "; a switch that snoops IGMP or MLD needs a querier"
  }

  private func echo(_ peer: Peer, _ count: (SegmentMessage.Heard) -> UInt32) -> Seen {
    guard peer.session != nil else { return .unknown }
    return peer.echoed.map(count) ?? 0 > 0 ? .good(nil) : .missing
  }

  private func lossOf(_ peer: Peer, on network: Int) -> Seen {
    let heard = peer.heard.datagrams[network]
    guard heard + peer.heartbeats[network] > 0 else { return .missing }
    let sent = peer.last[network] - peer.first[network] + 1
    guard heard > 0, heard < sent, (sent - heard) * 10 > sent else { return .good(nil) }
    return .lossy("\(sent - heard) of \(sent)")
  }

  /// One check of all other nodes.
  /// - Parameter network: the network on which to explain their silence; `nil` if it needs no explanation.
  private func check(
    _ name: String, _ names: Names, missingFix: String, on network: Int? = nil, _ look: (Peer) -> Seen
  ) -> PreflightCheck {
    var (good, missing, lossy): ([String], [String], [String]) = ([], [], [])
    var reasons: [Silence: [String]] = [:]
    for other in others {
      let node = names.nodes[other.index]
      if name == "same key", strangers.contains(other) {
        missing.append(node)
        continue
      }
      let seen = look(peers[other.index])
      switch seen {
      case .good: good.append(node)
      case .lossy(let text): lossy.append("\(node) lost \(text)")
      case .unknown, .missing:
        let reason = network.map { silence(of: other, on: $0) } ?? .absent
        // A node that others have heard is known to send, so it is missing here.
        if case .missing = seen, reason != .droppedHere, reason != .tooLong {
          missing.append(node)
        } else {
          reasons[reason, default: []].append(node)
        }
      }
    }
    let unknown = others.map { names.nodes[$0.index] }.filter { node in
      [Silence.idle, .absent].contains { reasons[$0]?.contains(node) == true }
    }
    let all = { (nodes: [String]) in nodes.joined(separator: ", ") }
    let rest = unknown.isEmpty ? "" : "; not heard of: \(all(unknown))"
    let blocked = network.map { Self.words(for: reasons, names, on: $0) } ?? []
    let failures = (missing.isEmpty ? [] : [("not with \(all(missing))", missingFix)]) + blocked
    if !failures.isEmpty {
      return PreflightCheck(
        name,
        .fails(
          failures.map(\.0).joined(separator: "; ") + rest, fix: failures.map(\.1).joined(separator: "; ")))
    }
    if !lossy.isEmpty {
      return PreflightCheck(
        name, .fails("\(all(lossy))\(rest)", fix: "look for errors on cables and ports, and for overload"))
    }
    guard unknown.isEmpty else {
      let doing = good.isEmpty ? "" : "good with \(all(good)); "
      let idle =
        reasons[.idle].map { "; there is the machine of \(all($0)), and nobody listens on its port" } ?? ""
      let text = "\(doing)needs 'farmd preflight' at the same time on \(all(unknown))\(idle)"
      let isUnanswered = others.contains { unknown.contains(names.nodes[$0.index]) && isSilent($0) }
      return PreflightCheck(name, isUnanswered ? .unanswered(text) : .notChecked(text))
    }
    return PreflightCheck(name, .ok("with \(all(good))"))
  }

  /// What keeps nodes from being heard, and how to fix it.
  private static func words(
    for reasons: [Silence: [String]], _ names: Names, on network: Int
  ) -> [(String, String)] {
    let port = "UDP port \(names.port)"
    let place = names.interfaces.indices.contains(network) ? names.interfaces[network] : "the interface"
    let length = names.packetBytes.indices.contains(network) ? "\(names.packetBytes[network])" : "so many"
    let there = "'nft list ruleset', 'ufw status' or 'firewall-cmd --list-all'"
    let kinds: [(Silence, String, String)] = [
      (
        .droppedHere,
        "blocked: what comes from NODES reaches \(place), and a packet filter of this machine drops it",
        "let \(port) through on this machine: \(names.dropping[network] ?? "look for the rule with \(there)")"
      ),
      (
        .refusedThere, "blocked: the packet filter of NODES refuses \(port)",
        "let \(port) through on NODES: look for the rule there with \(there)"
      ),
      (
        .droppedThere,
        "blocked: the machine of NODES is there, and a packet filter on it or between drops \(port)",
        "let \(port) through on NODES: look for the rule there with \(there)"
      ),
      (
        .tooLong,
        "short datagrams of NODES arrive, and those as long as its heartbeats (IP packets of \(length) bytes) do not",
        "let IP packets of \(length) bytes through: look at the MTU of interfaces, tunnels and switches between"
      ),
      (
        .unreadable, "what comes from NODES is no message of this farm",
        "the same key, farm.id and version of farmd on every node"
      ),
    ]
    return kinds.compactMap { kind, text, fix in
      reasons[kind].map { nodes in
        let nodes = nodes.joined(separator: ", ")
        return (text.replacing("NODES", with: nodes), fix.replacing("NODES", with: nodes))
      }
    }
  }
}
