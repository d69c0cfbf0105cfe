import Engine

/// One layer-2 segment between the nodes: which nodes hear each other at this instant, and what becomes of a frame.
///
/// A multicast frame goes onto the wire once: one uplink draw decides for all receivers together, then each receiver's
/// copy has draws of its own. A Gilbert-Elliott state belongs to a sender (uplink), to a receiver (downlink: bursts hit
/// whatever reaches that interface), or to a pair where a link names a loss of its own. Delay and loss are drawn from
/// streams of each pair, so that one more draw for one pair shifts no other. A frame slower than the farm's delay bound
/// is delivered late, not dropped: the protocol judges what it is worth then.
struct VirtualNetwork: Sendable {
  let model: NetworkModel
  let nodeCount: Int
  /// By sender: the nodes whose daemons its heartbeats reach, and the nodes whose network cards its frames reach,
  /// before their firewalls drop any.
  var reach: [NodeSet]
  var wire: [NodeSet]
  /// By sender, and by sender times ``nodeCount`` plus receiver.
  var uplinkLoss: [LossModel]
  var pairLoss: [PairLoss]
  var pairDelay: [DelayModel]
  /// The clients' way over this network.
  var clients: ClientPath
  /// Whether frames are lost only by ``reach``: then ``pairLoss`` need not be read.
  var isLossless: Bool

  var uplinkBad = NodeSet.empty
  var downlinkBad = NodeSet.empty
  var pairBad: [NodeSet]
  private var uplinkDice: [RandomStream]
  private var lossDice: [RandomStream]
  private var delayDice: [RandomStream]
  private var doublingDice: [RandomStream]
  private var reorderingDice: [RandomStream]

  /// A pair's loss, and whether its burst state is the pair's own instead of the receiver's.
  struct PairLoss: Sendable, Hashable {
    var model: LossModel
    var isOwn: Bool
  }

  /// Copies of a frame that arrive at the same instant.
  struct Arrival: Sendable, BitwiseCopyable {
    var at: Instant
    var network: NetworkID
    var receivers: NodeSet
  }

  let id: NetworkID

  init(id: NetworkID, model: NetworkModel, nodeCount: Int, seed: UInt64, trial: Int) {
    self.id = id
    self.model = model
    self.nodeCount = nodeCount
    let pairs = nodeCount * nodeCount
    reach = [NodeSet](repeating: .empty, count: nodeCount)
    wire = reach
    uplinkLoss = [LossModel](repeating: .none, count: nodeCount)
    pairLoss = [PairLoss](repeating: PairLoss(model: .none, isOwn: false), count: pairs)
    pairDelay = [DelayModel](repeating: model.delay, count: pairs)
    pairBad = [NodeSet](repeating: .empty, count: nodeCount)
    clients = ClientPath(model, nodeCount: nodeCount)
    isLossless = true
    func dice(_ purpose: RandomStream.Purpose, receivers: Int) -> [RandomStream] {
      (0..<nodeCount * receivers).map { i in
        let (sender, receiver) = (i / receivers, i % receivers)
        let entity = UInt64(id.index << 12 | sender << 6 | receiver)
        return RandomStream(seed: seed, trial: trial, entity: entity, purpose: purpose)
      }
    }
    uplinkDice = dice(.uplinkLoss, receivers: 1)
    lossDice = dice(.heartbeatLoss, receivers: nodeCount)
    delayDice = dice(.heartbeatDelay, receivers: nodeCount)
    doublingDice = dice(.heartbeatDuplication, receivers: nodeCount)
    reorderingDice = dice(.heartbeatReordering, receivers: nodeCount)
    apply([])
  }

  /// Puts one frame on the wire and appends its arrivals.
  mutating func transmit(
    from sender: NodeID, to receivers: NodeSet, at now: Instant, into arrivals: inout [Arrival]
  ) {
    let heard = reach[sender.index].intersection(receivers)
    if heard.isEmpty { return }
    let hasOddities = model.duplication > 0 || model.reordering > 0
    if !isLossless && losesUplink(sender) { return }
    let first = arrivals.count
    for receiver in heard {
      let pair = sender.index * nodeCount + receiver.index
      if !isLossless && losesCopy(from: sender, to: receiver, pair) { continue }
      var delay = pairDelay[pair].duration(&delayDice[pair])
      if hasOddities {
        if model.reordering > 0 && reorderingDice[pair].bernoulli(model.reordering) {
          delay += model.reorderingDelay
        }
        if model.duplication > 0 && doublingDice[pair].bernoulli(model.duplication) {
          let again = pairDelay[pair].duration(&delayDice[pair])
          arrivals.append(Arrival(at: now + again, network: id, receivers: NodeSet(receiver)))
        }
      }
      let at = now + delay
      if let last = arrivals.indices.last, last >= first, arrivals[last].at == at,
        !arrivals[last].receivers.contains(receiver)
      {
        arrivals[last].receivers.insert(receiver)
      } else {
        arrivals.append(Arrival(at: at, network: id, receivers: NodeSet(receiver)))
      }
    }
  }

  /// The nodes that can hear a node's heartbeats: ``reach`` allows it, and they do not lose all of them.
  func audience(of sender: NodeID) -> NodeSet { surviving(reach[sender.index], of: sender) }

  /// The nodes that a node's frames can reach, whether or not their daemons hear them.
  func frames(of sender: NodeID) -> NodeSet { surviving(wire[sender.index], of: sender) }

  private func surviving(_ receivers: NodeSet, of sender: NodeID) -> NodeSet {
    if isLossless { return receivers }
    if uplinkLoss[sender.index].isTotal { return .empty }
    var nodes = receivers
    for r in receivers where pairLoss[sender.index * nodeCount + r.index].model.isTotal { nodes.remove(r) }
    return nodes
  }

  private mutating func losesUplink(_ sender: NodeID) -> Bool {
    var isBad = uplinkBad.contains(sender)
    let isLost = uplinkLoss[sender.index].loses(isBad: &isBad, drawing: &uplinkDice[sender.index])
    if isBad { uplinkBad.insert(sender) } else { uplinkBad.remove(sender) }
    return isLost
  }

  private mutating func losesCopy(from sender: NodeID, to receiver: NodeID, _ pair: Int) -> Bool {
    let loss = pairLoss[pair]
    var isBad = loss.isOwn ? pairBad[sender.index].contains(receiver) : downlinkBad.contains(receiver)
    let wasBad = isBad
    let isLost = loss.model.loses(isBad: &isBad, drawing: &lossDice[pair])
    if isBad != wasBad {
      switch (loss.isOwn, isBad) {
      case (true, true): pairBad[sender.index].insert(receiver)
      case (true, false): pairBad[sender.index].remove(receiver)
      case (false, true): downlinkBad.insert(receiver)
      case (false, false): downlinkBad.remove(receiver)
      }
    }
    return isLost
  }
}
