import Engine

/// The clients of a stream: which one comes next, and from which address and port.
///
/// A client's address is a function of its index and of seed and trial. Distinct clients have distinct addresses,
/// except behind network address translation. Each trial has other addresses, so a campaign sees many draws of which
/// client comes to which node. IPv4 addresses are scattered over 11.0.0.0 to 74.255.255.255. Clients behind translation
/// share a few addresses of 100.64.0.0/10, drawn for each trial too. IPv6 clients have a /64 of 2001:db8::/32 each.
/// Addresses that the scenario names are the same in every trial; the clients that have them are drawn.
/// Ports are drawn anew for every connection, uniformly from the dynamic ports of RFC 6335, 49152 to 65535.
struct Clients: Sendable {
  private let model: ClientModel
  private let popularity: AliasTable?
  private let salt: UInt64
  private let sharedSalt: UInt64
  /// A client has the i-th named address if its scattered index is below the i-th of these and not below the one
  /// before.
  private let namedBelow: [UInt64]
  /// A client without a named address is behind translation if its scattered index is below this.
  private let sharedBelow: UInt64
  private var dice: RandomStream

  /// The most clients of a stream, so that scattering stays one to one.
  static let most = 1 << 30
  /// The most shared addresses: all of 100.64.0.0/10.
  static let mostShared = 1 << 22

  init(_ model: ClientModel, seed: UInt64, trial: Int, stream: Int) {
    precondition(model.population >= 1 && model.population <= Clients.most, "a stream has 1 to 2^30 clients")
    precondition(
      model.natAddresses >= 1 && model.natAddresses <= Clients.mostShared, "1 to 2^22 shared addresses")
    self.model = model
    let entity = UInt64(stream)
    dice = RandomStream(seed: seed, trial: trial, entity: entity, purpose: .clients)
    var addressDice = RandomStream(seed: seed, trial: trial, entity: entity, purpose: .addresses)
    salt = addressDice.next() & UInt64(Clients.most - 1)
    sharedSalt = addressDice.next()
    var sum = 0.0
    func mark() -> UInt64 { UInt64(max(0, min(1, sum)) * Double(Clients.most)) }
    namedBelow = model.addresses.map {
      sum += $0.share
      return mark()
    }
    sum += model.natShare
    sharedBelow = model.natShare > 0 ? mark() : 0
    switch model.popularity {
    case .uniform: popularity = nil
    case .zipf(let exponent):
      popularity = AliasTable.zipf(count: model.population, exponent: exponent)
    }
  }

  var population: Int { model.population }

  /// Draws the clients of the next arrivals and the ports of their connections, from one random number each.
  mutating func draw(into arrivals: inout [Arrival]) {
    var numbers = Arrival.Numbers(repeating: 0)
    dice.fill(&numbers)
    for i in arrivals.indices { arrivals[i].port = Clients.port(numbers[i]) }
    if let popularity {
      // Without the bits of the port; a share is off by at most the number of clients times 2^-50.
      for i in arrivals.indices { arrivals[i].client = popularity.outcome(of: numbers[i] & ~0x3fff) }
    } else {
      let population = UInt64(model.population)
      for i in arrivals.indices {
        arrivals[i].client = UInt32(
          truncatingIfNeeded: numbers[i].multipliedFullWidth(by: population).high)
      }
    }
  }

  /// The port that the lowest bits of a random number stand for.
  @inline(__always) static func port(_ random: UInt64) -> UInt16 {
    49152 | UInt16(truncatingIfNeeded: random & 0x3fff)
  }

  /// The address under which the farm sees a client.
  @inline(__always) func address(of client: UInt32) -> IPAddress {
    // An odd factor permutes the numbers below a power of two.
    let mask = UInt64(Clients.most - 1)
    let scattered = ((UInt64(client) ^ salt) &* 0x2545_F491_4F6C_DD1D) & mask
    if sharedBelow > 0 || !namedBelow.isEmpty {
      // A second permutation, so that a low address does not mean translation.
      let place = ((scattered ^ scattered >> 15) &* 0x9E37_79B1) & mask
      if let last = namedBelow.last, place < last { return named(place) }
      if place < sharedBelow { return shared(place % UInt64(model.natAddresses)) }
    }
    return model.usesIPv6
      ? IPAddress(v6: 0x2001_0db8_0000_0000 | scattered, scattered &* 0x9E37_79B9_7F4A_7C15 | 1)
      : IPAddress(v4: 0x0b00_0000 + UInt32(truncatingIfNeeded: scattered))
  }

  /// The address of a client that has a named one. - Complexity: O(log n) for n names.
  private func named(_ place: UInt64) -> IPAddress {
    var (low, high) = (0, namedBelow.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if place < namedBelow[middle] { high = middle } else { low = middle + 1 }
    }
    let random = RandomStream.philox(counter: (place, salt), key: sharedSalt)
    return model.addresses[low].address(random.0, random.1)
  }

  /// The n-th shared address of the trial: a permutation of 100.64.0.0/10, or of the upper half of 2001:db8::/32.
  private func shared(_ n: UInt64) -> IPAddress {
    let mask = UInt64(Clients.mostShared - 1)
    var drawn = ((n ^ sharedSalt) &* 0x2545_F491_4F6C_DD1D) & mask
    drawn = ((drawn ^ drawn >> 11 ^ sharedSalt >> 32) &* 0x9E37_79B1) & mask
    return model.usesIPv6
      ? IPAddress(v6: 0x2001_0db8_8000_0000 | drawn, 1)
      : IPAddress(v4: 0x6440_0000 + UInt32(truncatingIfNeeded: drawn))
  }
}
