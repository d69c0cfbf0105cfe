import Engine

/// The clients of a stream: which one comes next, and from which address and port.
///
/// A client's address is a function of its index and of seed and trial: distinct clients have distinct addresses,
/// but for those behind network address translation, and another trial has other addresses, so that a campaign
/// sees many draws of who meets whom. IPv4 addresses are scattered over 11.0.0.0 to 74.255.255.255, those behind
/// translation share 100.64.0.0 and up; IPv6 clients have a /64 of 2001:db8::/32 each.
/// Ports are drawn anew for every connection, uniformly from the dynamic ports of RFC 6335, 49152 to 65535.
struct Clients: Sendable {
  private let model: ClientModel
  private let popularity: AliasTable?
  private let salt: UInt64
  /// A client is behind translation if its scattered index is below this.
  private let sharedBelow: UInt64
  private var dice: RandomStream

  /// At most this many, so that scattering stays one to one.
  static let most = 1 << 30

  init(_ model: ClientModel, seed: UInt64, trial: Int, stream: Int) {
    precondition(model.population >= 1 && model.population <= Clients.most, "a stream has 1 to 2^30 clients")
    precondition(model.natAddresses >= 1 && model.natAddresses <= 1 << 22, "1 to 2^22 shared addresses")
    self.model = model
    let entity = UInt64(stream)
    dice = RandomStream(seed: seed, trial: trial, entity: entity, purpose: .clients)
    var addressDice = RandomStream(seed: seed, trial: trial, entity: entity, purpose: .addresses)
    salt = addressDice.next() & UInt64(Clients.most - 1)
    sharedBelow = UInt64(max(0, min(1, model.natShare)) * Double(Clients.most))
    switch model.popularity {
    case .uniform: popularity = nil
    case .zipf(let exponent):
      popularity = AliasTable.zipf(count: model.population, exponent: exponent)
    }
  }

  var population: Int { model.population }

  /// The next client's index and the port of its connection, from one random number.
  @inline(__always) mutating func draw() -> (client: UInt32, port: UInt16) {
    let random = dice.next()
    let port = Clients.port(random)
    if let popularity { return (popularity.outcome(of: random), port) }
    return (UInt32(truncatingIfNeeded: random.multipliedFullWidth(by: UInt64(model.population)).high), port)
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
    if sharedBelow > 0 {
      // A second permutation, so that a low address does not mean translation.
      let place = ((scattered ^ scattered >> 15) &* 0x9E37_79B1) & mask
      if place < sharedBelow {
        let shared = place % UInt64(model.natAddresses)
        return model.usesIPv6
          ? IPAddress(v6: 0x2001_0db8_8000_0000 | shared, 1)
          : IPAddress(v4: 0x6440_0000 + UInt32(truncatingIfNeeded: shared))
      }
    }
    return model.usesIPv6
      ? IPAddress(v6: 0x2001_0db8_0000_0000 | scattered, scattered &* 0x9E37_79B9_7F4A_7C15 | 1)
      : IPAddress(v4: 0x0b00_0000 + UInt32(truncatingIfNeeded: scattered))
  }
}
