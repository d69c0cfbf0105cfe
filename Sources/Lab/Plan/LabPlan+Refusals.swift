import Engine
import Sim

extension LabPlan {
  /// Notes what cannot be done for real in namespaces of one machine.
  mutating func refuse() {
    for fault in scenario.faults {
      if let reason = refusal(of: fault.kind) {
        refusals.append("\(fault.kind.key) at \(fault.at.words) cannot be played for real: \(reason)")
      }
    }
    for network in scenario.networks {
      let losses = [network.uplinkLoss, network.downlinkLoss] + network.links.compactMap(\.loss)
      if losses.contains(where: \.comesInBursts) {
        refusals.append(
          "network \(network.name) cannot be played for real: nft loses frames one by one, not in bursts")
      }
    }
    let checks = LabChecks(scenario.farm)
    for checker in scenario.farm.checkers {
      if let reason = checks.refusal(of: checker) {
        refusals.append("checker '\(checker.name)' cannot be played for real: \(reason)")
      }
    }
    for stream in scenario.traffic where stream.datagrams != nil {
      refusals.append(
        "the datagrams of '\(stream.name)' cannot be played for real: the lab's UDP clients send single requests"
      )
    }
    let services = scenario.farm.settings.networks.filter(\.carriesService).count
    if services > 1 {
      refusals.append("\(services) networks carry the service: the lab's clients come by one")
    }
    for address in scenario.farm.virtualIPs where LabPlan.isTaken(address) {
      refusals.append(
        "virtual IP \(address.text): the lab's own addresses are 10.77.0.0/16 to 10.92.0.0/16 and fd00:77::/48"
      )
    }
    let taken =
      [
        AddressPrefix(base: IPAddress(v6: 0xfd00_0077_0000_0000, 0), length: 48)
      ] + AddressPrefix.covering(0x0a4d_0000, 0x0a5c_ffff)
    for share in scenario.traffic.flatMap(\.clients.addresses) {
      let block = AddressPrefix(share)
      if taken.contains(where: { $0.contains(block.base) || block.contains($0.base) }) {
        refusals.append(
          "clients from \(block.text): the lab's own addresses are 10.77.0.0/16 to 10.92.0.0/16 and fd00:77::/48"
        )
      }
    }
  }

  private func refusal(of kind: FaultKind) -> String? {
    switch kind {
    case .pause:
      "the lab's nodes share one kernel, which counts a lease down while a node stands still, and a paused machine's does not"
    case .delay: "this kernel has no means to delay frames"
    case .commitFailure: "a kernel does not refuse commits on request"
    case .stop:
      "a daemon that closes its filter says so: it leaves; one that says nothing leaves the filter to its lease; use 'leave' or 'kill'"
    case .reload: "the lab's nodes share one file, which it does not change while they run"
    case .loss(_, let up, let down, _):
      [up, down].contains { $0?.comesInBursts ?? false } ? "nft loses frames one by one, not in bursts" : nil
    case .crash, .restart, .leave, .drain, .resume, .stall, .kill, .upgrade, .oneWayCut, .pairCut, .partition,
      .bridge, .networkDown, .interfaceDown, .blockHeartbeats, .weight, .applicationCrash, .applicationHang,
      .applicationSlow:
      nil
    }
  }

  private static func isTaken(_ address: IPAddress) -> Bool {
    address.isIPv4
      ? (0x0a4d...0x0a5c).contains(address.low >> 16) : address.high >> 16 == 0xfd00_0077_0000
  }
}

extension LossModel {
  var comesInBursts: Bool {
    if case .gilbertElliott = self { true } else { false }
  }
}
