import Engine
import FarmFile

extension ArrivalModel {
  static let rates = 0.001...1e9

  /// Reads `2000/s` (Poisson), `{poisson: ...}`, `{constant: ...}` or `{on_off: {rate, on, off}}`.
  init?(_ reader: YAMLReader) {
    guard reader.isMapping else {
      guard let rate = reader.rate(in: ArrivalModel.rates) else { return nil }
      self = .poisson(rate: rate)
      return
    }
    let kinds = ScenarioSection.arrivals
    guard let (kind, value) = reader.keys(of: kinds)?.one(of: kinds.keys) else { return nil }
    if kind == "on_off" {
      guard let keys = value.keys(of: ScenarioSection.onOff) else { return nil }
      let times = Duration.milliseconds(1)...Duration.seconds(86400)
      let rate = keys.required("rate", expected: "a rate while on")?.rate(in: ArrivalModel.rates)
      let on = keys.required("on", expected: "the mean time on")?.duration(in: times)
      let off = keys.required("off", expected: "the mean time off")?.duration(in: times)
      guard let rate, let on, let off else { return nil }
      self = .onOff(rate: rate, on: on, off: off)
    } else {
      guard let rate = value.rate(in: ArrivalModel.rates) else { return nil }
      self = kind == "constant" ? .constant(rate: rate) : .poisson(rate: rate)
    }
  }
}

extension ClientModel {
  /// Reads a number of clients, or the block with details; without a value, 10,000 clients with equal shares.
  init(_ reader: YAMLReader?) {
    self.init(population: 10_000)
    let counts = 1...10_000_000
    guard let reader else { return }
    guard reader.isMapping else {
      population = reader.integer(in: counts) ?? population
      return
    }
    guard let keys = reader.keys(of: ScenarioSection.clients) else { return }
    population = keys["population"]?.integer(in: counts) ?? population
    popularity = keys["zipf"]?.number(in: 0...10).map { .zipf($0) } ?? popularity
    usesIPv6 = keys["ipv6"]?.flag() ?? false
    if let list = keys["addresses"] { addresses = AddressShare.list(list) }
    guard let nat = keys["nat"]?.keys(of: ScenarioSection.nat) else { return }
    let share = nat.required("share", expected: "the share of the clients behind it")
    natShare = share?.share() ?? 0
    if addresses.reduce(natShare, { $0 + $1.share }) > 1 + 1e-9 {
      share?.report(
        "with the shares of 'addresses' more than all clients", expected: "at most 100 % together")
    }
    guard let addresses = nat["addresses"], let count = addresses.integer(in: 1...Clients.mostShared) else {
      return
    }
    natAddresses = count
    if Double(count) > natShare * Double(population) {
      addresses.report("\(count) addresses for \(Int(natShare * Double(population))) clients behind them")
    }
  }
}

extension SessionModel {
  /// The `session:` block of a stream.
  init?(_ reader: YAMLReader) {
    guard let keys = reader.keys(of: ScenarioSection.session) else { return nil }
    let connections = keys.required("connections", expected: "the mean number of connections")?
      .number(in: 1...10_000)
    let think = keys["think_time"].map { $0.duration(in: .zero ... .seconds(86400)) } ?? .seconds(1)
    guard let connections, let think else { return nil }
    self.init(connections: connections, thinkTime: think)
  }
}
