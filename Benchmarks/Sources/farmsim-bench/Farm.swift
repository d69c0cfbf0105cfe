import Engine
import Sim

/// Stateless requests of Zipf clients with Poisson arrivals to a farm of `nodes`: every packet is drawn, hashed,
/// decided and counted. The peer is `peers/farm_ns3`.
func farm(nodes: Int, packets: Int) {
  let rate = 1e6
  let stream = TrafficModel(
    name: "requests", rule: 0, virtualIP: IPAddress(v4: 0xc000_0264), port: 9, arrivals: .poisson(rate: rate),
    clients: ClientModel(population: 10_000, popularity: .zipf(1)))
  let duration = Engine.Duration(nanoseconds: Int64(Double(packets) / rate * 1e9))
  var farm = FixedFarm(nodes: nodes, buckets: 1024, transport: .udp, stream, duration: duration)
  let time = seconds { farm.traffic.run(until: .zero + duration, coverage: farm.coverage) }
  let totals = farm.traffic.finish(at: .zero + duration)
  let rates = Double(totals.packetsSent) / time
  print(
    "farmsim farm nodes=\(nodes) sent=\(totals.packetsSent) lost=\(totals.packetsLost) "
      + "\(text(time, digits: 3)) s \(text(rates / 1e6, digits: 1)) M packets/s "
      + "\(text(rates * Double(nodes) / 1e6, digits: 0)) M decisions/s digest=\(totals.digest.rawValue)")
}
