import Engine
import FarmFile
import Sim

/// A farm with one rule and one stream, and filters that never change.
struct FixedFarm {
  var traffic: Traffic
  var coverage: Coverage

  init(nodes: Int, buckets: Int, transport: Transport, _ stream: TrafficModel, duration: Engine.Duration) {
    let settings = Settings(
      nodeCount: nodes, groups: [GroupSettings(bucketCount: buckets, hashSeed: 0xfa12)],
      rules: [
        FilterRule(
          transport: transport, ports: [PortRange(stream.port, stream.port)], group: GroupID(0),
          identity: .addressPort)
      ])
    let farm = Farm(
      nodes: (1...nodes).map { "node\($0)" }, virtualIPs: [stream.virtualIP], groups: ["service"],
      networks: ["lan"], settings: settings)
    let scenario = Scenario(
      name: "bench", question: "", description: "", farm: farm, networks: [NetworkModel(name: "lan")],
      kernel: KernelModel(), traffic: [stream], faults: [], run: RunPlan(duration: duration),
      expectations: [])
    traffic = Traffic(scenario, seed: 1, trial: 0, keepsDetails: true)
    coverage = Coverage(bucketCounts: [buckets])
    coverage.open = NodeSet(first: nodes)
    coverage.reachable = NodeSet(first: nodes)
    coverage.heard = NodeSet(first: nodes)
    for n in 0..<nodes {
      var owned = BucketSet(capacity: buckets)
      for b in 0..<buckets where b % nodes == n { owned.insert(Bucket(b)) }
      coverage.commit(
        FilterState(hasLease: true, owned: [owned], resets: [BucketSet(capacity: buckets)]), of: NodeID(n))
    }
  }
}
