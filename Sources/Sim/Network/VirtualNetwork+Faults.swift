import Engine

/// What the active faults make of a network, computed anew whenever one begins or ends.
extension VirtualNetwork {
  /// Applies the active faults, in the order they began: a frame reaches a node if none of them forbids it, and of
  /// several losses or delays the youngest holds.
  mutating func apply(_ active: [ActiveFault]) {
    let all = NodeSet(first: nodeCount)
    for s in 0..<nodeCount {
      reach[s] = all.subtracting(NodeSet(NodeID(s)))
      wire[s] = reach[s]
    }
    var uplink = [LossModel](repeating: model.uplinkLoss, count: nodeCount)
    var losses = [PairLoss](
      repeating: PairLoss(model: model.downlinkLoss, isOwn: false), count: nodeCount * nodeCount)
    var delays = [DelayModel](repeating: model.delay, count: nodeCount * nodeCount)
    for link in model.links {
      for s in link.from.intersection(all) {
        for r in link.to.intersection(all) {
          if let loss = link.loss {
            losses[s.index * nodeCount + r.index] = PairLoss(model: loss, isOwn: true)
          }
          if let delay = link.delay { delays[s.index * nodeCount + r.index] = delay }
        }
      }
    }
    for fault in active {
      switch fault.kind {
      case .loss(let on, let up, let down, let at):
        guard on.contains(id) else { break }
        for n in at.isEmpty ? all : at.intersection(all) {
          if let up { uplink[n.index] = up }
          if let down {
            for s in 0..<nodeCount {
              losses[s * nodeCount + n.index] = PairLoss(model: down, isOwn: false)
            }
          }
        }
      case .delay(let on, let delay):
        if on.contains(id) { for i in delays.indices { delays[i] = delay } }
      default: cut(fault.kind, all)
      }
    }
    settle(uplink, losses)
    pairDelay = delays
    clients = ClientPath(model, id: id, nodeCount: nodeCount, active: active)
  }

  /// Removes the ways that a fault cuts.
  private mutating func cut(_ kind: FaultKind, _ all: NodeSet) {
    switch kind {
    case .oneWayCut(let from, let to, let on):
      if on.contains(id) { block(from.intersection(all), to) }
    case .pairCut(let a, let b, let on):
      guard on.contains(id) else { break }
      block(a.intersection(all), b)
      block(b.intersection(all), a)
    case .partition(let sides, let on):
      guard on.contains(id) else { break }
      var left = all
      for side in sides {
        block(side.intersection(all), all.subtracting(side))
        left = left.subtracting(side)
      }
      block(left, all.subtracting(left))
    case .bridge(let a, let b, let by, let on):
      guard on.contains(id) else { break }
      block(a.intersection(all).subtracting(by), b.subtracting(by))
      block(b.intersection(all).subtracting(by), a.subtracting(by))
    case .networkDown(let on):
      if on.contains(id) { block(all, all) }
    case .interfaceDown(let nodes, let on):
      guard on.contains(id) else { break }
      block(all, nodes)
      block(nodes.intersection(all), all)
    case .blockHeartbeats(let nodes, let direction, let on):
      guard on.contains(id) else { break }
      // The frames are on the wire and reach the kernel; only the daemon does not get them.
      for s in all {
        if direction.blocksArriving { reach[s.index] = reach[s.index].subtracting(nodes) }
        if direction.blocksLeaving, nodes.contains(s) { reach[s.index] = .empty }
      }
    case .loss, .delay: break
    case .crash, .restart, .stop, .leave, .drain, .resume, .pause, .stall, .kill, .upgrade, .commitFailure,
      .weight, .reload, .applicationCrash, .applicationHang, .applicationSlow:
      break
    }
  }

  private mutating func block(_ senders: NodeSet, _ receivers: NodeSet) {
    for s in senders {
      reach[s.index] = reach[s.index].subtracting(receivers)
      wire[s.index] = wire[s.index].subtracting(receivers)
    }
  }

  /// Sets the losses; a burst ends where the model changes.
  private mutating func settle(_ uplink: [LossModel], _ losses: [PairLoss]) {
    isLossless = true
    for s in 0..<nodeCount {
      if uplink[s] != uplinkLoss[s] { uplinkBad.remove(NodeID(s)) }
      if uplink[s] != .none { isLossless = false }
      for r in 0..<nodeCount {
        let loss = losses[s * nodeCount + r]
        if loss != pairLoss[s * nodeCount + r] {
          pairBad[s].remove(NodeID(r))
          downlinkBad.remove(NodeID(r))
        }
        if loss.model != .none { isLossless = false }
      }
    }
    uplinkLoss = uplink
    pairLoss = losses
  }
}
