import Engine
import Foundation
import Sim

/// Holds about `count` open TCP flows at once and prints the memory that they take.
func flows(count: Int) {
  let stream = TrafficModel(
    name: "flows", rule: 0, virtualIP: IPAddress(v4: 0xc000_0264), port: 80,
    arrivals: .poisson(rate: Double(count) / 10),
    clients: ClientModel(population: 10_000, popularity: .zipf(1)),
    flow: FlowModel(duration: .constant(.seconds(1000)), segmentInterval: .seconds(20)))
  let duration = Engine.Duration.seconds(10)
  var farm = FixedFarm(nodes: 4, buckets: 1024, transport: .tcp, stream, duration: duration)
  let before = residentBytes()
  let time = seconds { farm.traffic.run(until: .zero + duration, coverage: farm.coverage) }
  let bytes = max(0, residentBytes() - before)
  print(
    "farmsim flows open=\(farm.traffic.openFlowCount) \(text(Double(bytes) / 1e6, digits: 1)) MB "
      + "\(text(Double(bytes) / Double(farm.traffic.openFlowCount), digits: 1)) bytes/flow "
      + "\(text(time, digits: 3)) s")
}

/// 100 s of `rate` TCP flows a second that last 20 s in the mean, on four nodes.
func web(rate: Int) {
  let stream = TrafficModel(
    name: "web", rule: 0, virtualIP: IPAddress(v4: 0xc000_0264), port: 80,
    arrivals: .poisson(rate: Double(rate)),
    clients: ClientModel(population: 20_000, popularity: .zipf(1)),
    flow: FlowModel(duration: .exponential(.seconds(20))))
  let duration = Engine.Duration.seconds(100)
  var farm = FixedFarm(nodes: 4, buckets: 1024, transport: .tcp, stream, duration: duration)
  let time = seconds { farm.traffic.run(until: .zero + duration, coverage: farm.coverage) }
  let totals = farm.traffic.finish(at: .zero + duration)
  print(
    "farmsim web opened=\(totals.flowsOpened) packets=\(totals.packetsSent) \(text(time, digits: 3)) s "
      + "\(text(time / Double(totals.packetsSent) * 1e9, digits: 0)) ns/packet")
}

/// The peak of the memory that the process held at once.
private func residentBytes() -> Int {
  var usage = rusage()
  // RUSAGE_SELF, which C libraries declare in different ways.
  guard getrusage(0, &usage) == 0 else { return 0 }
  return usage.ru_maxrss * 1024
}
