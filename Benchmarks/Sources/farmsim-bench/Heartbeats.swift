import Engine
import FarmFile
import Sim

/// A farm of `nodes` with one group of 1024 buckets on the default profile and one network, and no clients: every
/// heartbeat is written, sent, delivered to every other node and read, by the engine and the codec that run in
/// production, in the same loop as any scenario.
///
/// - Parameter jitter: the standard deviation of a copy's delay, in microseconds. With any, every delivery is an event
///   at a time of its own; with 0, the default of scenario files, all copies of a datagram arrive together.
func heartbeats(nodes: Int, simulated: Int, jitter: Int) {
  let settings = Settings(
    nodeCount: nodes, groups: [GroupSettings(bucketCount: 1024, hashSeed: 0xfa12)], rules: [])
  let farm = Farm(
    nodes: (1...nodes).map { "node\($0)" }, virtualIPs: [IPAddress(v4: 0xc000_0264)], groups: ["service"],
    networks: ["lan"], settings: settings)
  let delay: DelayModel =
    jitter == 0
    ? .constant(.microseconds(200)) : .normal(mean: .microseconds(200), sd: .microseconds(jitter))
  let lan = NetworkModel(name: "lan", delay: delay)
  let scenario = Scenario(
    name: "heartbeats", question: "", description: "", farm: farm, networks: [lan],
    kernel: KernelModel(), traffic: [], faults: [], run: RunPlan(duration: .seconds(simulated)),
    expectations: [])
  let (result, time) = play(scenario)
  let sent = result.value("heartbeats_sent")
  let deliveries = sent * Double(nodes - 1)
  print(
    "farmsim heartbeats nodes=\(nodes) jitter=\(jitter)us sent=\(Int(sent)) \(text(time, digits: 3)) s "
      + "\(text(Double(simulated) / time, digits: 0)) sim-s/s "
      + "\(text(time / deliveries * 1e9, digits: 0)) ns/delivery digest=\(result.digest.rawValue)")
}
