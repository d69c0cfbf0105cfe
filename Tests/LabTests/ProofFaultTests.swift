import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import Testing

@testable import Lab

/// Four nodes whose network is disturbed but leaves them connected: nothing may change.
@Suite(.needsRealFarm, .serialized)
struct ProofFaultTests {
  static let text = """
    \(Proof.farm)
    faults:
      - {at: 20 s, for: 10 s, loss: 20 %}
      - {at: 40 s, for: 10 s, one_way_cut: {from: node1, to: node2}}
      - {at: 60 s, for: 10 s, pair_cut: [node1, node2]}
      - {at: 80 s, for: 10 s, bridge: {left: node1, right: [node3, node4], by: node2}}
    run: {duration: 100 s}
    """

  @Test func lossAndCutsChangeNoView() throws {
    let proof = try ProofFarm(Self.text)
    let before = try proof.farm.nodes.map { try ProofStanding(proof.status($0)) }
    let digests = Set(before.map(\.digest))
    #expect(digests.count == 1)
    var faults = RealFaults(proof.farm)
    for (index, fault) in proof.scenario.faults.enumerated() {
      let start = try faults.begin(index)
      Proof.sleep(Proof.seconds(short: 3, long: 60))
      let end = try faults.end(index)
      let after = try proof.farm.nodes.map { try ProofStanding(proof.status($0)) }
      #expect(after == before, "\(fault.kind.key): \(proof.farm.logs)")
      let owners = ProofOwnership(proof.history(), from: start, until: end, proof.farm)
      #expect(owners.isUnchanged)
      let heard = try proof.farm.nodes.map { try proof.status($0).heartbeats.received }
      Proof.say(
        "\(fault.kind.key) for \((end - start).words): view changes "
          + "\(after.map(\.viewChanges).reduce(0, +) - before.map(\.viewChanges).reduce(0, +)), ownership "
          + "unchanged \(owners.isUnchanged), heartbeats heard so far \(heard)")
    }
  }
}

/// The part of a daemon's status that must stay as it is while nothing happens to the farm.
struct ProofStanding: Sendable, Hashable {
  var status: String
  var digest: String
  var epoch: UInt64
  var viewChanges: UInt64
  var removals: UInt64
  var fenced: UInt64
  var claims: [[Int]]

  init(_ report: StatusReport) {
    func count(_ name: String) -> UInt64 { report.events.first { $0.name == name }!.count }
    status = report.status
    digest = report.view.digest
    epoch = report.view.epoch
    viewChanges = count("view")
    removals = count("removed")
    fenced = count("fenced")
    claims = report.groups.map(\.claims)
  }
}
