import Engine

/// How clients' packets cross one segment to each node, and how the nodes' answers cross it back.
///
/// Clients come from the router. It sends one frame, of which every node gets a copy. As with a heartbeat, the frame is
/// lost for all nodes on the router's uplink, or for one on that node's downlink. An answer is lost on its node's
/// uplink. The router itself receives everything on the wire. A link from or to *all* nodes is a node's own cable and
/// applies to clients too; a link or a cut between some nodes does not.
///
/// Total losses are in ``reached`` and ``heard``, so a packet draws no number for them. Only losses by chance are in
/// the models.
struct ClientPath: Sendable, Hashable {
  /// Nodes that clients' frames can reach, and nodes whose answers can reach clients.
  var reached: NodeSet
  var heard: NodeSet
  /// Loss of a client's one frame, for all nodes together.
  var uplink = LossModel.none
  /// Loss of a node's copy, the same for all nodes but those that have their own.
  var downlink = LossModel.none
  /// By node: the loss of its copies where it is not ``downlink``; `nil` where it is.
  var own: [LossModel?]
  /// By node: loss of its answers on its uplink, and on the links from it to all others.
  var answerUplink: [LossModel]
  var answerLink: [LossModel]
  /// By node: delay of clients' frames to it, and of its answers.
  var delayIn: [DelayModel]
  var delayOut: [DelayModel]

  /// A network without faults.
  init(_ model: NetworkModel, nodeCount: Int) {
    self.init(model, id: NetworkID(0), nodeCount: nodeCount, active: [])
  }

  /// - Parameter active: the active faults, in the order they began; of several losses or delays the youngest holds.
  init(_ model: NetworkModel, id: NetworkID, nodeCount: Int, active: [ActiveFault]) {
    let all = NodeSet(first: nodeCount)
    reached = all
    heard = all
    uplink = model.uplinkLoss
    downlink = model.downlinkLoss
    var copies = [LossModel](repeating: model.downlinkLoss, count: nodeCount)
    answerUplink = [LossModel](repeating: model.uplinkLoss, count: nodeCount)
    answerLink = [LossModel](repeating: .none, count: nodeCount)
    delayIn = [DelayModel](repeating: model.delay, count: nodeCount)
    delayOut = delayIn
    own = []
    for link in model.links {
      if all.isSubset(of: link.from) {
        for n in link.to.intersection(all) {
          copies[n.index] = link.loss ?? copies[n.index]
          delayIn[n.index] = link.delay ?? delayIn[n.index]
        }
      }
      if all.isSubset(of: link.to) {
        for n in link.from.intersection(all) {
          answerLink[n.index] = link.loss ?? answerLink[n.index]
          delayOut[n.index] = link.delay ?? delayOut[n.index]
        }
      }
    }
    for fault in active {
      switch fault.kind {
      case .loss(let on, let up, let down, let at) where on.contains(id):
        if at.isEmpty {
          uplink = up ?? uplink
          downlink = down ?? downlink
        }
        for n in at.isEmpty ? all : at.intersection(all) {
          answerUplink[n.index] = up ?? answerUplink[n.index]
          copies[n.index] = down ?? copies[n.index]
          // A fault's loss takes the place of the links' own.
          if down != nil { answerLink[n.index] = .none }
        }
      case .delay(let on, let delay) where on.contains(id):
        for n in 0..<nodeCount { (delayIn[n], delayOut[n]) = (delay, delay) }
      default:
        for n in all where fault.kind.hides(n, on: id) {
          reached.remove(n)
          heard.remove(n)
        }
      }
    }
    settle(copies, all)
  }

  /// Moves total losses from the models into the sets.
  private mutating func settle(_ copies: [LossModel], _ all: NodeSet) {
    own = copies.map { $0 == downlink ? nil : $0 }
    if uplink.isTotal {
      reached = .empty
      uplink = .none
    }
    for n in all {
      let i = n.index
      if copies[i].isTotal {
        reached.remove(n)
        if own[i] != nil { own[i] = LossModel.none }
      }
      if answerUplink[i].isTotal || answerLink[i].isTotal {
        heard.remove(n)
        (answerUplink[i], answerLink[i]) = (.none, .none)
      }
    }
    if downlink.isTotal { downlink = .none }
  }

  /// The nodes that a client can get an answer from.
  var served: NodeSet { reached.intersection(heard) }

  /// Takes the way over another segment to every node that clients cannot get an answer from over this one.
  mutating func fillUp(from other: ClientPath) {
    if reached.isEmpty {
      self = other
      return
    }
    for n in other.served.subtracting(served) {
      let i = n.index
      reached.insert(n)
      heard.insert(n)
      own[i] = other.own[i] ?? other.downlink
      answerUplink[i] = other.answerUplink[i]
      answerLink[i] = other.answerLink[i]
      delayIn[i] = other.delayIn[i]
      delayOut[i] = other.delayOut[i]
    }
  }
}
