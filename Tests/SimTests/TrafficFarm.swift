import Engine
import FarmFile

@testable import Sim

/// A farm for tests of the traffic alone: one group, one rule, filters set by hand.
struct TrafficFarm {
  var traffic: Traffic
  var coverage: Coverage
  let nodes: Int
  let buckets: Int

  static let address = IPAddress(v4: 0xc000_0264)

  static func stream(
    _ arrivals: ArrivalModel, clients: ClientModel = ClientModel(population: 1000),
    flow: FlowModel = FlowModel(), session: SessionModel? = nil
  ) -> TrafficModel {
    TrafficModel(
      name: "stream", rule: 0, virtualIP: address, port: 80, arrivals: arrivals, clients: clients, flow: flow,
      session: session)
  }

  /// Bucket `b` is served by node `b % nodes`.
  init(
    nodes: Int = 4, buckets: Int = 64, transport: Transport = .tcp, identity: ClientIdentity = .addressPort,
    network: NetworkModel = NetworkModel(name: "lan", delay: .constant(.zero)),
    duration: Duration = .seconds(100),
    hashSeed: UInt32 = 0xfa12, seed: UInt64 = 1, trial: Int = 0, keepsDetails: Bool = false,
    _ streams: TrafficModel...
  ) {
    self.nodes = nodes
    self.buckets = buckets
    let settings = Settings(
      nodeCount: nodes, groups: [GroupSettings(bucketCount: buckets, hashSeed: hashSeed)],
      rules: [
        FilterRule(transport: transport, ports: [PortRange(80, 80)], group: GroupID(0), identity: identity)
      ])
    let farm = Farm(
      nodes: (1...nodes).map { "node\($0)" }, virtualIPs: [TrafficFarm.address], groups: ["web"],
      networks: ["lan"], settings: settings)
    let scenario = Scenario(
      name: "test", question: "", description: "", farm: farm, networks: [network], kernel: KernelModel(),
      traffic: streams, faults: [], run: RunPlan(duration: duration), expectations: [])
    traffic = Traffic(scenario, seed: seed, trial: trial, keepsDetails: keepsDetails)
    coverage = Coverage(bucketCounts: [buckets])
    coverage.open = NodeSet(first: nodes)
    coverage.reachable = NodeSet(first: nodes)
    coverage.heard = NodeSet(first: nodes)
    for n in 0..<nodes { serve(n) { $0 % nodes == n } }
  }

  /// Sets the buckets that a node owns, and those whose unknown segments it resets.
  mutating func serve(_ node: Int, resetting: (Int) -> Bool = { _ in false }, owning: (Int) -> Bool) {
    var state = FilterState(
      hasLease: true, owned: [BucketSet(capacity: buckets)], resets: [BucketSet(capacity: buckets)])
    for b in 0..<buckets {
      if owning(b) { state.owned[0].insert(Bucket(b)) }
      if resetting(b) { state.resets[0].insert(Bucket(b)) }
    }
    coverage.commit(state, of: NodeID(node))
  }

  mutating func run(to time: Duration) { traffic.run(until: .zero + time, coverage: coverage) }

  mutating func finish(_ time: Duration) -> TrafficTotals {
    run(to: time)
    return traffic.finish(at: .zero + time)
  }

  func tracked(_ node: Int) -> (inside: Int, outside: Int) {
    var flows = TrackedFlows.none(bucketCount: coverage.owned[0].count)
    traffic.trackedFlows(of: NodeID(node), group: GroupID(0), coverage: coverage, into: &flows)
    return (flows.inside, flows.outside)
  }
}
