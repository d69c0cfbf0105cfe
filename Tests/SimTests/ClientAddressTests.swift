import Engine
import Foundation
import Testing

@testable import Sim

/// Which addresses clients come from, and what that does to the nodes.
@Suite struct ClientAddressTests {
  private let nodes = 8

  /// By node: the share of the clients whose bucket it owns, in a farm of equal nodes.
  private func shares(_ model: ClientModel, trial: Int, hashSeed: UInt32 = 0xfa12) -> [Double] {
    let farm = TrafficFarm(
      nodes: nodes, buckets: 256, identity: .address, hashSeed: hashSeed, trial: trial,
      TrafficFarm.stream(.poisson(rate: 1), clients: model))
    var counts = [Double](repeating: 0, count: nodes)
    for bucket in farm.traffic.streams[0].bucketOfClient { counts[Int(bucket) % nodes] += 1 }
    return counts.map { $0 / Double(model.population) }
  }

  /// The squared coefficient of variation of the nodes' load is `(N - 1) sum p_i^2` on average, whatever the buckets: for few
  /// addresses and many clients behind each. And which node has most of them is anybody's luck.
  @Test(arguments: [1, 3, 20]) func fewSharedAddressesMeetOtherNodesInEveryTrial(addresses: Int) throws {
    let model = ClientModel(population: 2000, natShare: 1, natAddresses: addresses)
    let trials = 600
    var hammered = [Double](repeating: 0, count: nodes)
    var squares: [Double] = []
    for trial in 0..<trials {
      let loads = shares(model, trial: trial).map { $0 * Double(nodes) }
      squares.append(loads.reduce(0) { $0 + ($1 - 1) * ($1 - 1) } / Double(nodes))
      hammered[loads.firstIndex(of: loads.max()!)!] += 1
    }
    let law = Double(nodes - 1) / Double(addresses)
    let deviation = try Statistics.standardDeviation(squares) / Double(trials).squareRoot()
    #expect(abs(try Statistics.mean(squares) - law) < 4 * deviation + 0.002 * law)
    // Ties go to the lower node, which matters where several addresses are on one node as often as on another.
    guard addresses == 1 else { return }
    let even = [Double](repeating: 1, count: nodes)
    #expect(try Statistics.chiSquareTest(observed: hammered, expected: even).pValue > 1e-3)
  }

  @Test func sharedAddressesAreDistinctAndOfTheirBlock() {
    for trial in 0..<20 {
      let clients = Clients(
        ClientModel(population: 5000, natShare: 1, natAddresses: 300), seed: 1, trial: trial, stream: 0)
      let addresses = Set((0..<5000).map { clients.address(of: $0) })
      #expect(addresses.count == 300 && addresses.allSatisfy { $0.low >> 22 == 0x6440_0000 >> 22 })
    }
  }

  @Test func namedAddressesHaveTheirSharesInEveryTrialAndTheRestIsDrawn() throws {
    let text = """
      farm: {nodes: 4, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      traffic:
        arrivals: 1/s
        clients: {population: 100k, addresses: [203.0.113.5: 40 %, 198.51.100.0/28: 30 %], nat: {share: 10 %}}
      run: {duration: 1 s}
      """
    let model = try Scenario.read(text: text, name: "a.yaml").get().traffic[0].clients
    for trial in 0..<3 {
      let clients = Clients(model, seed: 1, trial: trial, stream: 0)
      var counts: [UInt64: Int] = [:]
      for i in 0..<100_000 { counts[clients.address(of: UInt32(i)).low, default: 0] += 1 }
      // Five deviations of a binomial count.
      #expect(abs((counts[0xcb00_7105] ?? 0) - 40_000) < 775)
      let network = (0..<16).map { counts[0xc633_6400 + $0] ?? 0 }
      #expect(network.allSatisfy { abs($0 - 1875) < 215 })
      #expect(
        abs((counts.filter { $0.key >> 22 == 0x6440_0000 >> 22 }.map(\.value).first ?? 0) - 10_000) < 475)
      #expect(abs(counts.count { $0.value == 1 } - 20_000) < 635)
    }
  }

  /// A network's addresses may be more than 64 bits apart.
  @Test func addressesOfAnIPv6NetworkDifferInAllOfItsBits() {
    let block = AddressShare(first: IPAddress(v6: 0x2001_0db8_0006_0000, 0), hostBits: 72, share: 1)
    let clients = Clients(
      ClientModel(population: 2000, addresses: [block], usesIPv6: true), seed: 1, trial: 0, stream: 0)
    let addresses = (0..<2000).map { clients.address(of: $0) }
    #expect(addresses.allSatisfy { block.contains($0) } && Set(addresses).count == 2000)
    #expect(Set(addresses.map(\.high)).count == 256)
  }

  // MARK: Files

  private func read(_ clients: String, folder: String = "") -> Result<Scenario, any Error> {
    let text = """
      farm: {nodes: 2, virtual_ip: 192.0.2.100, rules: [{port: 80}]}
      traffic: {arrivals: 1/s, clients: \(clients)}
      run: {duration: 1 s}
      """
    return Scenario.read(text: text, name: folder + "a.yaml").mapError { $0 }
  }
  private func problems(_ clients: String, folder: String = "") -> String {
    if case .failure(let error) = read(clients, folder: folder) { return "\(error)" }
    return ""
  }

  @Test func aTableOfWeightsIsReadFromBesideTheScenario() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "clients-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func write(_ text: String) throws {
      try text.write(to: folder.appending(path: "c.csv"), atomically: true, encoding: .utf8)
    }
    let path = folder.path() + "/"
    try write("\u{feff}address,weight\r\n203.0.113.5,3\r\n198.51.100.0/24,0.5\n\n203.0.113.6,0.5\n")
    let model = try read("{addresses: c.csv}", folder: path).get().traffic[0].clients
    #expect(
      model.addresses == [
        AddressShare(first: IPAddress(v4: 0xcb00_7105), share: 0.75),
        AddressShare(first: IPAddress(v4: 0xc633_6400), hostBits: 8, share: 0.125),
        AddressShare(first: IPAddress(v4: 0xcb00_7106), share: 0.125),
      ])
    try write("\n ,\naddress,weight\r\n  \r\n203.0.113.5,3\r\n,\r\n\r\n")
    #expect(try read("{addresses: c.csv}", folder: path).get().traffic[0].clients.addresses.count == 1)
    try write("address,weight\n203.0.113.5,3\n127.0.0.1,3\n203.0.113.5,1\n")
    let special = problems("{addresses: c.csv}", folder: path)
    #expect(special.contains("c.csv:3:1: 127.0.0.1 never leaves the machine"), "\(special)")
    #expect(special.contains("c.csv:4:1: '203.0.113.5' is listed twice; first on line 2"), "\(special)")
    try write(
      "address,weight\n203.0.113.5,3\n203.0.113.256,1\n203.0.113.7,-1\n198.51.100.1/24,2\n203.0.113.8\n")
    let found = problems("{addresses: c.csv}", folder: path)
    for line in [
      "c.csv:3:1: '203.0.113.256' is not an address or a network",
      "c.csv:4:13: '-1' is not a weight; expected a number above 0",
      "c.csv:5:1: '198.51.100.1/24' is not an address or a network", "c.csv:6:13: '' is not a weight",
    ] {
      #expect(found.contains(line), "\(found)")
    }
    // As a spreadsheet writes it.
    try write("\"Address\";\"Weight\"\r\n\"203.0.113.5\";\"3\"\r\n[2001:db8::5] ; 1\r\n")
    let quoted = problems("{addresses: c.csv}", folder: path)
    #expect(
      quoted.contains("clients from 2001:db8::5 cannot reach") && !quoted.contains("c.csv"), "\(quoted)")
    try write("address,weight\n203.0.113.5,\"1,200\"\n\"203.0.113.6,1\n")
    let slips = problems("{addresses: c.csv}", folder: path)
    #expect(slips.contains("c.csv:2:13: '1,200' has a comma; expected '1200', or '1.200' for a fraction"))
    #expect(slips.contains("c.csv:3:1: quotes that do not match"))
    try write("client;weight\n")
    #expect(
      problems("{addresses: c.csv}", folder: path).contains(
        "c.csv:1:1: 'client;weight' is not the header; expected 'address,weight'"))
    #expect(problems("{addresses: d.csv}", folder: path).contains("cannot read 'd.csv'"))
  }

  @Test(arguments: [
    (
      "{addresses: [203.0.113.5: 60 %, 203.0.113.6: 50 %]}",
      "shares of 110 % together; expected at most 100 %"
    ),
    (
      "{addresses: [203.0.113.5: 60 %], nat: {share: 50 %}}",
      "with the shares of 'addresses' more than all clients; expected at most 100 % together"
    ),
    ("{addresses: [203.0.113: 60 %]}", "'203.0.113' is not an address or a network"),
    ("{addresses: [203.0.113.5: 60]}", "'60' has no unit"),
    ("{addresses: [203.0.113.5/24: 60 %]}", "'203.0.113.5/24' is not an address or a network"),
    (
      "{addresses: [\"2001:db8::1\": 60 %]}",
      "clients from 2001:db8::1 cannot reach 192.0.2.100; expected IPv4"
    ),
    ("{addresses: [192.0.2.0/24: 60 %]}", "192.0.2.100 is an address of the farm, and of clients"),
  ])
  func whatCannotBeIsSaidInOneLine(_ clients: String, _ problem: String) {
    #expect(problems(clients).contains(problem), "\(problems(clients))")
  }
}
