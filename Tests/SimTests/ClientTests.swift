import Engine
import Testing

@testable import Sim

/// Who the clients are: shares, addresses and ports.
@Suite struct ClientTests {
  private func clients(_ model: ClientModel, seed: UInt64 = 1, trial: Int = 0) -> Clients {
    Clients(model, seed: seed, trial: trial, stream: 0)
  }

  /// 6,250 batches of draws.
  private func arrivals(_ model: ClientModel) -> [Arrival] {
    var clients = clients(model)
    var batch = [Arrival](repeating: Arrival(), count: Arrival.batchSize)
    var drawn: [Arrival] = []
    while drawn.count < 200_000 {
      clients.draw(into: &batch)
      drawn += batch
    }
    return drawn
  }

  @Test(arguments: [(0.0, 50), (0.8, 1000), (1.0, 1000), (1.4, 200)])
  func popularityFollowsZipf(exponent: Double, population: Int) throws {
    var seen = [Double](repeating: 0, count: population)
    for arrival in arrivals(ClientModel(population: population, popularity: .zipf(exponent))) {
      seen[Int(arrival.client)] += 1
    }
    // The law written out: shares i^-s over their sum.
    let expected = (1...population).map { power(Double($0), -exponent) }
    #expect(try Statistics.chiSquareTest(observed: seen, expected: expected).pValue > 0.01)
  }

  @Test func uniformClientsAndPortsAreUniformAndIndependent() throws {
    var cells = [Double](repeating: 0, count: 10 * 16)
    for arrival in arrivals(ClientModel(population: 10)) {
      #expect(arrival.port >= 49152)
      cells[Int(arrival.client) * 16 + Int(arrival.port - 49152) / 1024] += 1
    }
    let even = [Double](repeating: 1, count: 160)
    #expect(try Statistics.chiSquareTest(observed: cells, expected: even).pValue > 0.01)
  }

  @Test(arguments: [false, true]) func clientsHaveAddressesOfTheirOwn(usesIPv6: Bool) {
    let clients = clients(ClientModel(population: 50_000, usesIPv6: usesIPv6))
    let addresses = (0..<50_000).map { clients.address(of: UInt32($0)) }
    #expect(Set(addresses).count == 50_000)
    #expect(addresses.allSatisfy { $0.isIPv4 != usesIPv6 })
    if !usesIPv6 { #expect(addresses.allSatisfy { (11...74).contains($0.low >> 24) }) }
    let others = self.clients(ClientModel(population: 50_000, usesIPv6: usesIPv6), trial: 1)
    #expect(others.address(of: 0) != addresses[0])
    #expect(
      addresses
        == (0..<50_000).map {
          self.clients(ClientModel(population: 50_000, usesIPv6: usesIPv6)).address(of: UInt32($0))
        })
  }

  @Test(arguments: [false, true]) func aShareOfTheClientsIsBehindFewAddresses(usesIPv6: Bool) {
    let clients = clients(
      ClientModel(population: 50_000, natShare: 0.3, natAddresses: 7, usesIPv6: usesIPv6))
    var counts: [UInt64: Int] = [:]
    var own = 0
    for i in 0..<50_000 {
      let address = clients.address(of: UInt32(i))
      let isShared = usesIPv6 ? address.high >> 31 & 1 == 1 : address.low >> 22 == 0x6440_0000 >> 22
      if isShared { counts[usesIPv6 ? address.high : address.low, default: 0] += 1 } else { own += 1 }
    }
    #expect(counts.count == 7)
    // Five standard deviations of a binomial count.
    #expect(abs(own - 35_000) < 515)
    #expect(counts.values.allSatisfy { abs($0 - 2143) < 235 })
  }
}
