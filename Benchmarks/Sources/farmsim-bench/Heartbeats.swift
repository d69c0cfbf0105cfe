import Engine
import FarmFile
import Sim

/// A farm of `nodes` with one group of 1024 buckets on the default profile and one network, and no clients: every
/// heartbeat is written, sent, delivered to every other node and read, by the engine and the codec that run in
/// production, in the same loop as any scenario.
func heartbeats(nodes: Int, simulated: Int) {
  let settings = Settings(
    nodeCount: nodes, groups: [GroupSettings(bucketCount: 1024, hashSeed: 0xfa12)], rules: [])
  let farm = Farm(
    nodes: (1...nodes).map { "node\($0)" }, virtualIPs: [IPAddress(v4: 0xc000_0264)], groups: ["service"],
    networks: ["lan"], settings: settings)
  let lan = NetworkModel(name: "lan", delay: .normal(mean: .microseconds(200), sd: .microseconds(50)))
  let scenario = Scenario(
    name: "heartbeats", question: "", description: "", farm: farm, networks: [lan],
    kernel: KernelModel(), traffic: [], faults: [], run: RunPlan(duration: .seconds(simulated)),
    expectations: [])
  let (result, time) = play(scenario)
  let sent = result.value("heartbeats_sent")
  let deliveries = sent * Double(nodes - 1)
  print(
    "farmsim heartbeats nodes=\(nodes) sent=\(Int(sent)) \(text(time, digits: 3)) s "
      + "\(text(Double(simulated) / time, digits: 0)) sim-s/s "
      + "\(text(time / deliveries * 1e9, digits: 0)) ns/delivery digest=\(result.digest.rawValue)")
}
