import Engine

/// How clients' packets get lost on the way to the nodes.
///
/// A packet first takes the uplink, where all nodes lose it together; then each node's own copy may be lost.
/// Copies are drawn only for nodes for which it matters. Answers are not lost.
struct PacketLoss: Sendable {
  private(set) var isNone = true
  private var uplink: LossModel = .none
  private var downlink: LossModel = .none
  private var uplinkIsBad = false
  private var downlinksAreBad: UInt64 = 0
  private var dice: RandomStream

  init(seed: UInt64, trial: Int) {
    dice = RandomStream(seed: seed, trial: trial, entity: 0, purpose: .packetLoss)
  }

  /// Other models from now on. Bursts under way go on.
  mutating func set(uplink: LossModel, downlink: LossModel) {
    self.uplink = uplink
    self.downlink = downlink
    isNone = uplink == .none && downlink == .none
  }

  /// Which of the nodes get a packet.
  mutating func receivers(of nodes: UInt64) -> UInt64 {
    if isNone { return nodes }
    if PacketLoss.loses(uplink, isBad: &uplinkIsBad, &dice) { return 0 }
    if downlink == .none { return nodes }
    var left = nodes
    var receivers = nodes
    while left != 0 {
      let bit = left & (0 &- left)
      left ^= bit
      var isBad = downlinksAreBad & bit != 0
      if PacketLoss.loses(downlink, isBad: &isBad, &dice) { receivers ^= bit }
      if isBad { downlinksAreBad |= bit } else { downlinksAreBad &= ~bit }
    }
    return receivers
  }

  private static func loses(_ model: LossModel, isBad: inout Bool, _ dice: inout RandomStream) -> Bool {
    switch model {
    case .none: return false
    case .independent(let p): return dice.bernoulli(p)
    case .gilbertElliott(let enter, let leave, let lossGood, let lossBad):
      let isLost = dice.bernoulli(isBad ? lossBad : lossGood)
      if dice.bernoulli(isBad ? leave : enter) { isBad.toggle() }
      return isLost
    }
  }
}
