import Engine
import FarmFile

extension SegmentTally {
  /// Names for what is said.
  struct Names {
    var nodes: [String]
    var networks: [String]
    var port: UInt16
    /// By network.
    var delivery: [HeartbeatDelivery]
    var sharedAddress: SharedAddressMode
  }

  /// The verdicts, one a network and direction.
  func checks(_ names: Names, configuration: Digest) -> [PreflightCheck] {
    var checks: [PreflightCheck] = []
    for network in 0..<networkCount {
      let name = names.networks[network]
      let fix = openPort(names, network)
      checks.append(
        check("heartbeats heard on \(name)", names, missingFix: fix) { peer in
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
      check("same configuration", names, missingFix: "give all nodes the same file") { peer in
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
    let fix =
      "let UDP port \(names.port) through both machines' packet filters, and look at cable, VLAN and switch of network \(names.networks[network])"
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

  /// One line about all other nodes.
  private func check(
    _ name: String, _ names: Names, missingFix: String, _ look: (Peer) -> Seen
  ) -> PreflightCheck {
    var (good, missing, unknown, lossy): ([String], [String], [String], [String]) = ([], [], [], [])
    for other in others {
      let node = names.nodes[other.index]
      if name == "same key", strangers.contains(other) {
        missing.append(node)
        continue
      }
      switch look(peers[other.index]) {
      case .unknown: unknown.append(node)
      case .missing: missing.append(node)
      case .good: good.append(node)
      case .lossy(let text): lossy.append("\(node) lost \(text)")
      }
    }
    let all = { (nodes: [String]) in nodes.joined(separator: ", ") }
    let rest = unknown.isEmpty ? "" : "; not heard of: \(all(unknown))"
    if !missing.isEmpty {
      return PreflightCheck(name, .fails("not with \(all(missing))\(rest)", fix: missingFix))
    }
    if !lossy.isEmpty {
      return PreflightCheck(
        name, .fails("\(all(lossy))\(rest)", fix: "look for errors on cables and ports, and for overload"))
    }
    guard unknown.isEmpty else {
      let doing = good.isEmpty ? "" : "good with \(all(good)); "
      return PreflightCheck(
        name, .notChecked("\(doing)needs 'farmd preflight' at the same time on \(all(unknown))"))
    }
    return PreflightCheck(name, .ok("with \(all(good))"))
  }
}
