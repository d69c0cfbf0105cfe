import Sim

/// What a random number costs: plain, as an exponential, and as a draw among 20,000 clients of Zipf's law.
func draws(count: Int) {
  var random = RandomStream(seed: 1, trial: 0, entity: 0, purpose: .test)
  let clients = AliasTable.zipf(count: 20_000, exponent: 1)
  var sum = 0.0
  var word: UInt64 = 0
  func report(_ name: String, _ time: Double) {
    print("farmsim \(name) \(text(time / Double(count) * 1e9, digits: 1)) ns/draw")
  }
  report("next", seconds { for _ in 0..<count { word ^= random.next() } })
  report("exponential", seconds { for _ in 0..<count { sum += random.exponential(mean: 1) } })
  report("alias", seconds { for _ in 0..<count { word &+= UInt64(random.draw(from: clients)) } })
  report("gaussian", seconds { for _ in 0..<count { sum += random.gaussian(standardDeviation: 1) } })
  print("check=\(word) \(sum)")
}
