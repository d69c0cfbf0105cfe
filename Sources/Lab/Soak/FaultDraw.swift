import Engine
import Sim

/// Draws the faults and mishaps of one round: any mixture for which the protocol still promises something, and all of
/// it healed at the end.
///
/// One node, the *core*, is drawn for each round. Only upgrades and faults of networks touch it: if no node stayed,
/// there would be no promise about holes. Under a cut or a bridge at most one node is away, so that another can relay.
/// A partition strikes every network at once, and no node is away meanwhile.
struct FaultDraw {
  let scenario: Scenario
  private let serviceNetwork: NetworkID
  let nodeCount: Int
  let core: NodeID
  private var random: RandomStream
  var now: Duration
  /// By node: when its fault ends.
  var nodeBusy: [Duration]
  /// When the fault of the networks ends, and how many nodes may be away meanwhile.
  var networkBusy = Duration.zero
  var mayBeAway: Int
  /// When the mishap ends that faults may meet.
  var mishapBusy = Duration.zero
  var faults: [Fault] = []
  var mishaps: [Mishap] = []

  /// - Parameter from: the earliest time of a fault.
  init(_ scenario: Scenario, seed: UInt64, round: Int, from: Duration) {
    self.scenario = scenario
    nodeCount = scenario.farm.settings.nodeCount
    serviceNetwork = NetworkID(scenario.farm.settings.networks.firstIndex(where: \.carriesService) ?? 0)
    random = RandomStream(seed: seed, trial: round, entity: 0, purpose: .faults)
    core = NodeID(Int(random.bounded(UInt64(nodeCount))))
    now = from
    nodeBusy = Array(repeating: .zero, count: nodeCount)
    mayBeAway = nodeCount - 1
  }

  /// Draws faults that begin before `end`. Some last for seconds after it. - Returns: when all are healed.
  mutating func draw(until end: Duration) -> Duration {
    while now < end {
      let (faults, mishaps) = (FaultDraw.faultKinds, FaultDraw.mishaps)
      let number = Int(random.bounded(UInt64(faults.count + mishaps.count)))
      let isDrawn =
        if number >= faults.count { drawMishap(mishaps[number - faults.count]) } else {
          faults[number].traits.strikes.isNetwork ? drawNetwork(faults[number]) : drawLife(faults[number])
        }
      // If there is no node left to strike, time advances.
      now += isDrawn ? gap() : .milliseconds(50)
    }
    faults = Fault.inOrder(faults)
    mishaps.sort { $0.at < $1.at }
    let healed = faults.reduce(now) { max($0, $1.until ?? $1.at) }
    return mishaps.reduce(healed) { max($0, $1.until ?? $1.at) }
  }

  /// The kinds of faults to draw from, besides the mishaps. A kind is as frequent as it is listed here.
  private static let faultKinds: [FaultKey] = [
    .crash, .crash, .kill, .kill, .stall, .stall, .drain, .leave, .upgrade, .upgrade, .pairCut, .oneWayCut,
    .bridge, .loss, .interfaceDown, .networkDown, .partition,
  ]

  // MARK: Nodes

  private mutating func drawLife(_ kind: FaultKey) -> Bool {
    let limit = networkBusy > now ? mayBeAway : nodeCount - 1
    // A daemon that has just been started takes no orders yet.
    let isOrder = kind == .drain || kind == .leave
    let ready = isOrder ? LabPlan.settleTime(scenario.farm.settings.heartbeat) : .zero
    let free = (0..<nodeCount).map { NodeID($0) }.filter {
      let busy = nodeBusy[$0.index]
      return (busy == .zero || busy + ready <= now) && ($0 != core || kind == .upgrade)
    }
    guard nodeBusy.count(where: { $0 > now }) < limit, let node = pick(free) else { return false }
    let set = NodeSet(node)
    switch kind {
    case .crash: lasting(milliseconds(300, 3000), set) { .crash(set) }
    case .kill: lasting(milliseconds(200, 3000), set) { .kill(set) }
    case .stall: lasting(milliseconds(100, 2500), set) { .stall(set) }
    case .upgrade: lasting(milliseconds(20, 100), set) { .upgrade(set) }
    case .leave: away(for: milliseconds(1000, 3000), set, .leave(set))
    case .drain:
      // Started again once the drain must have ended. A node that has not left by then would not come back.
      let deadline = milliseconds(300, 1000)
      away(
        for: deadline + milliseconds(1500, 2500), set, .drain(set, deadline: deadline, isForced: false))
    default: preconditionFailure("\(kind) is not drawn")
    }
    return true
  }

  mutating func lasting(_ length: Duration, _ nodes: NodeSet, _ kind: () -> FaultKind) {
    faults.append(Fault(at: now, until: now + length, kind: kind()))
    hold(nodes, until: now + length)
  }

  private mutating func away(for length: Duration, _ nodes: NodeSet, _ kind: FaultKind) {
    faults.append(Fault(at: now, kind: kind))
    faults.append(Fault(at: now + length, kind: .restart(nodes)))
    hold(nodes, until: now + length)
  }

  mutating func hold(_ nodes: NodeSet, until end: Duration) {
    for node in nodes { nodeBusy[node.index] = end + .milliseconds(1) }
  }

  // MARK: Networks

  private mutating func drawNetwork(_ kind: FaultKey) -> Bool {
    let others = (0..<nodeCount).map { NodeID($0) }.filter { $0 != core }
    guard networkBusy <= now, !nodeBusy.contains(where: { $0 > now }) else { return false }
    let all = NetworkSet(first: scenario.networks.count)
    var away = nodeCount > 3 ? 1 : 0
    let effect: FaultKind
    switch kind {
    case .pairCut, .oneWayCut:
      guard nodeCount > 2, let a = pick(others) else { return false }
      guard let b = pick((0..<nodeCount).map { NodeID($0) }.filter { $0 != a }) else { return false }
      effect =
        kind == .pairCut
        ? .pairCut(NodeSet(a), NodeSet(b), all) : .oneWayCut(from: NodeSet(a), to: NodeSet(b), all)
    case .bridge:
      guard others.count > 1 else { return false }
      let (left, right) = halves(others)
      effect = .bridge(left, right, by: NodeSet(core), all)
    case .partition:
      guard nodeCount > 1 else { return false }
      let (left, right) = halves(others)
      effect = .partition(
        right.isEmpty ? [NodeSet(core), left] : [left.union(NodeSet(core)), right], all)
      away = 0
    case .loss:
      let share = Double(1 + random.bounded(20)) / 100
      effect = .loss(all, uplink: nil, downlink: .independent(share), at: .empty)
    case .interfaceDown:
      guard let node = pick(others) else { return false }
      effect = .interfaceDown(NodeSet(node), random.bernoulli(0.5) ? all : only(serviceNetwork))
      away = 0
    case .networkDown:
      let plain = (0..<scenario.networks.count).map { NetworkID($0) }.filter { $0 != serviceNetwork }
      guard let network = pick(plain) else { return false }
      effect = .networkDown(only(network))
      away = nodeCount - 1
    default: preconditionFailure("\(kind) is not drawn")
    }
    let length = milliseconds(300, 4000)
    faults.append(Fault(at: now, until: now + length, kind: effect))
    networkBusy = now + length + .milliseconds(1)
    mayBeAway = away
    // Nodes that served on their own side must come back first. Only then may others be away.
    if away == 0 { hold(NodeSet(first: nodeCount), until: now + length + .seconds(2)) }
    return true
  }

  /// Splits nodes into two sides, neither empty. A single node is on the left.
  private mutating func halves(_ nodes: [NodeID]) -> (NodeSet, NodeSet) {
    var (left, right) = (NodeSet.empty, NodeSet.empty)
    for (i, node) in nodes.enumerated() {
      let isLeft = i == 0 || i > 1 && random.bernoulli(0.5)
      if isLeft { left.insert(node) } else { right.insert(node) }
    }
    return (left, right)
  }

  private func only(_ network: NetworkID) -> NetworkSet {
    var set = NetworkSet()
    set.insert(network)
    return set
  }

  // MARK: Numbers

  /// Often a moment, so that faults meet; otherwise up to the time that the farm needs to settle.
  private mutating func gap() -> Duration {
    let settle = LabPlan.settleTime(scenario.farm.settings.heartbeat)
    return random.bernoulli(0.35)
      ? milliseconds(30, 400) : milliseconds(400, Int(settle.nanoseconds / 1_000_000))
  }

  mutating func milliseconds(_ least: Int, _ most: Int) -> Duration {
    .milliseconds(least + Int(random.bounded(UInt64(max(1, most - least + 1)))))
  }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[Int(random.bounded(UInt64(elements.count)))]
  }
}
