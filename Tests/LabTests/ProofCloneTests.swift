import Engine
import FarmFile
import Foundation
import LinuxBackend
import Testing

@testable import Lab

/// A copy of a machine, with its id and address, on the segment of the original.
@Suite(.needsRealFarm, .serialized)
struct ProofCloneTests {
  private let original = NodeID(1)

  /// A copy of a node of a farm: another machine with the same address and file, and a daemon that starts on it.
  private final class Copy {
    let machine: NetworkNamespace
    private let farm: LabFarm
    private let node: NodeID
    private let folder: String
    private let daemon: ChildProcess

    init(of node: NodeID, in proof: ProofFarm) throws {
      farm = proof.farm
      self.node = node
      let network = proof.network
      let service = network.addresses.serviceNetwork
      machine = try NetworkNamespace(name: "copy")
      try machine.set(["all", "default"].map { ("ipv6/conf/\($0)/accept_dad", "0") })
      try network.switching.ip([
        "link add copy type veth peer name \(network.addresses.interface(service)) netns \(machine.path)",
        "link set copy master \(network.addresses.bridge(service)) up",
      ])
      let interface = network.addresses.interface(service)
      let address = network.addresses.ipv4(service, number: node.index + 1).text
      try machine.ip([
        "link set lo up", "link set \(interface) up", "addr add \(address)/24 broadcast + dev \(interface)",
      ])
      try network.ports.waitUntilRunning("copy")
      // The copy has its own disk.
      folder = "\(LabHouse.folder)/copy"
      let own = farm.file.overrides(for: node).filter { !$0.path.hasSuffix("directory") }
      let words =
        ["run", "--config", "\(LabHouse.folder)/\(NodeFile.name)", "--node", farm.name(node)]
        + own.flatMap { ["--set", "\($0.path)=\($0.value)"] }
        + ["--set", "linux.run_directory=\(folder)", "--set", "linux.state_directory=\(folder).state"]
      daemon = try farm.house.start(Proof.farmd, words, in: machine, log: "copy.log")
    }

    deinit { daemon.kill() }

    var log: String { farm.house.read("copy.log") ?? "" }

    func service() -> ServiceReport? {
      let client = ControlClient(path: ControlServer.path(in: folder))
      return farm.house.run { try? client.ask(.status).status?.service }
    }
  }

  /// Asks by one client for each bucket. Fails if a client gets none or two answers.
  private func everyoneIsAnswered(_ proof: ProofFarm, _ what: String) throws -> Set<Int> {
    let answers = try ProofAsk.answers(
      ProofAsk.everyBucket(proof.scenario.farm), in: proof.clients, patience: 3)
    let unanswered = answers.count { $0?.isEmpty == true }
    let twice = answers.count { ($0?.count ?? 0) > 1 }
    #expect(
      answers.count == 256 && unanswered == 0 && twice == 0,
      "\(what): \(unanswered) unanswered, \(twice) twice: \(proof.farm.logs)")
    return Set(answers.flatMap { $0 ?? [] })
  }

  @Test func aCopyStaysOutAndTheOriginalServes() throws {
    let proof = try ProofFarm(ProofDeafTests.text)
    let copy = try Copy(of: original, in: proof)
    try proof.wait(20, for: "a copy that knows what it is") {
      copy.service()?.reason == "duplicate_id"
    }
    // Longer than it takes to remove a node and to take its buckets.
    Proof.sleep(2)
    #expect(copy.service()?.reason == "duplicate_id")
    #expect(copy.log.contains("two machines use the address"), "\(copy.log)")
    #expect(try everyoneIsAnswered(proof, "beside a copy") == [0, 1, 2])
    for node in proof.farm.nodes { #expect(try proof.status(node).service.reason == nil) }
  }

  /// No third node is left that could tell the two apart by their heartbeats.
  @Test func aCopyStaysOutWhereOnlyTheOriginalIsLeft() throws {
    let proof = try ProofFarm(ProofDeafTests.text)
    for node in proof.farm.nodes where node != original { _ = try proof.farm.powerOff(node) }
    try proof.wait(20, for: "a farm of one") { proof.farm.isWhole }
    let copy = try Copy(of: original, in: proof)
    try proof.wait(20, for: "a copy that knows what it is") {
      copy.service()?.reason == "address_taken"
    }
    Proof.sleep(2)
    #expect(copy.service()?.reason == "address_taken")
    #expect(try everyoneIsAnswered(proof, "alone beside a copy") == [original.index])
  }
}
