import Engine
import FarmFile

/// Real engine nodes in memory, each with a watch like a driver's. Frames take 200 µs, and so do commits.
struct WatchedFarm {
  private struct Event {
    var at: Instant
    var order: Int
    var node: Int
    var input: Input
  }

  private(set) var now = Instant.zero
  private(set) var nodes: [Node]
  var watches: [CoverageWatch]
  /// What each node would tell the command of `notify:`.
  private(set) var told: [[FarmEvent]]
  private var tellers: [FarmEventWatch]
  /// By sender, the nodes that do not get its frames.
  var cut: [NodeSet]
  var runs: [Bool]
  private var queue: [Event] = []
  private var order = 0
  private var wakes: [Instant]

  static let delay = Duration.microseconds(200)

  init(_ settings: Settings) {
    let count = settings.nodeCount
    nodes = (0..<count).map { Node(id: NodeID($0), settings: settings) }
    watches = nodes.map { node in
      var watch = CoverageWatch()
      watch.reset(node, names: settings.ownershipGroups.indices.map { "group\($0)" })
      return watch
    }
    told = nodes.map { _ in [] }
    let notify = NotifySettings(command: ShellCommand(line: "true"), hole: .milliseconds(200))
    tellers = zip(nodes, watches).map { FarmEventWatch(notify, $0, $1) }
    cut = Array(repeating: .empty, count: count)
    runs = Array(repeating: true, count: count)
    wakes = Array(repeating: .never, count: count)
    for i in nodes.indices {
      give(.start(Start(incarnation: Incarnation(1), bootID: BootID(UInt64(i + 1)))), to: i)
    }
  }

  /// The holes and doubles of one group that one node has seen.
  func seen(by node: Int, group: Int = 0) -> SeenClaims { watches[node].seen(at: now)[group] }

  mutating func forget() { told = nodes.map { _ in [] } }

  mutating func give(_ input: Input, to node: Int, after delay: Duration = .zero) {
    order += 1
    queue.append(Event(at: now + delay, order: order, node: node, input: input))
  }

  mutating func run(for length: Duration) {
    let end = now + length
    while true {
      let next = queue.min { ($0.at, $0.order) < ($1.at, $1.order) }
      let waking = wakes.indices.filter { runs[$0] }.min { wakes[$0] < wakes[$1] }
      let wake = waking.map { wakes[$0] } ?? .never
      guard min(next?.at ?? .never, wake) <= end else { break }
      if let next, next.at <= wake {
        queue.removeAll { $0.order == next.order }
        now = max(now, next.at)
        step(next.node, next.input)
      } else if let waking {
        now = max(now, wake)
        wakes[waking] = .never
        step(waking, .timer)
      }
    }
    now = end
  }

  private mutating func step(_ i: Int, _ input: Input) {
    guard runs[i] else { return }
    var actions: [Action] = []
    nodes[i].step(input, at: now, into: &actions)
    var removed = NodeSet.empty
    for action in actions {
      switch action {
      case .send(let transmission): deliver(transmission, from: i)
      case .commit(let commit): give(.committed(commit.number), to: i, after: Self.delay)
      case .renewLease(let number, _), .endLease(let number):
        give(.committed(number), to: i, after: Self.delay)
      case .wake(let at): wakes[i] = at
      case .notice(.removed(let node)): removed.insert(node)
      case .notice: break
      }
    }
    watches[i].look(at: nodes[i], removed: removed, now: now)
    tellers[i].look(at: nodes[i], actions, watches[i], now: now, into: &told[i])
  }

  private mutating func deliver(_ transmission: Transmission, from i: Int) {
    for to in nodes.indices where to != i && !cut[i].contains(NodeID(to)) {
      if let only = transmission.to, only.index != to { continue }
      give(
        .datagram(Datagram(bytes: transmission.bytes, from: NodeID(i), network: NetworkID(0))), to: to,
        after: Self.delay)
    }
  }
}
