import Engine
import Peers

/// A cluster of NLB hosts small enough to read: a segment with one fixed delay, filters that change after another one.
///
/// Nothing is random but what a test puts in. It is no simulator: it has only what a test needs to see hosts converge.
struct NLBFarm {
  /// One step of a watched host.
  struct Record {
    var at: Instant
    var host: Int
    var input: Input
    var actions: [Action]
  }

  private enum Event {
    case input(Input)
    case answer(CommitNumber, FilterCommit?)
  }

  private struct Pending {
    var at: Instant
    var order: Int
    var host: Int
    var event: Event
  }

  static let delay = Duration.microseconds(200)
  static let commitTime = Duration.microseconds(300)

  private(set) var now = Instant.zero
  var hosts: [NLBHost]
  /// What each host is configured with at its next start.
  var settings: [NLBSettings]
  private(set) var running: [Bool]
  /// `cut[a]` holds the hosts that do not get the frames of `a`.
  var cut: [NodeSet]
  /// By host, then rule: what its filter accepts.
  private(set) var filters: [[BucketSet]]
  var refusesCommits: [Bool]
  var watched: [Bool]
  var records: [Record] = []
  private(set) var notices: [(at: Instant, host: Int, notice: Notice)] = []
  /// All frames, as a capture would have them.
  private(set) var frames: [(at: Instant, bytes: [UInt8])] = []
  private var wakes: [Instant]
  private var queue: [Pending] = []
  private var order = 0
  private var lives = 0

  init(hosts n: Int, _ change: (inout NLBSettings) -> Void = { _ in }) {
    settings = (1...n).map { priority in
      var settings = NLBSettings(priority: priority)
      change(&settings)
      return settings
    }
    hosts = settings.indices.map { [settings] in NLBHost(id: NodeID($0), settings: settings[$0]) }
    running = Array(repeating: false, count: n)
    refusesCommits = running
    watched = running
    cut = Array(repeating: .empty, count: n)
    filters = Array(repeating: [], count: n)
    wakes = Array(repeating: .never, count: n)
  }

  /// Boots a host. - Parameter phase: how far into its first period it first sends, as a fraction of 2^32.
  mutating func start(_ host: Int, phase: UInt32) {
    lives += 1
    running[host] = true
    hosts[host] = NLBHost(id: NodeID(host), settings: settings[host])
    filters[host] = hosts[host].settings.filterSettings(nodeCount: hosts.count).ownershipGroups.map {
      BucketSet(capacity: $0.bucketCount)
    }
    let bootID = BootID(UInt64(phase) << 32 | UInt64(1000 * lives + host + 1))
    give(host, .start(Start(incarnation: Incarnation(UInt64(lives)), bootID: bootID)))
  }

  /// Boots all hosts, evenly spread over a period.
  mutating func startAll() {
    for i in hosts.indices { start(i, phase: NLBFarm.phase(i, of: hosts.count)) }
  }

  static func phase(_ i: Int, of count: Int) -> UInt32 { UInt32((UInt64(i + 1) << 32) / UInt64(count + 1)) }

  mutating func crash(_ host: Int) {
    running[host] = false
    filters[host] = filters[host].map { BucketSet(capacity: $0.capacity) }
    wakes[host] = .never
    queue.removeAll { $0.host == host }
  }

  mutating func reload(_ host: Int, _ settings: NLBSettings) {
    var actions: [Action] = []
    self.settings[host] = settings
    hosts[host].reload(settings, at: now, into: &actions)
    for action in actions { perform(action, of: host) }
  }

  mutating func give(_ host: Int, _ input: Input) {
    if !running[host] { return }
    var actions: [Action] = []
    hosts[host].step(input, at: now, into: &actions)
    if watched[host] { records.append(Record(at: now, host: host, input: input, actions: actions)) }
    for action in actions { perform(action, of: host) }
  }

  private mutating func perform(_ action: Action, of host: Int) {
    switch action {
    case .send(let transmission):
      frames.append((now, transmission.bytes))
      for other in hosts.indices where other != host && !cut[host].contains(NodeID(other)) {
        let datagram = Datagram(bytes: transmission.bytes, from: NodeID(host), network: NetworkID(0))
        enqueue(now + NLBFarm.delay, other, .input(.datagram(datagram)))
      }
    case .commit(let commit): enqueue(now + NLBFarm.commitTime, host, .answer(commit.number, commit))
    case .renewLease(let number, _), .endLease(let number):
      enqueue(now + NLBFarm.commitTime, host, .answer(number, nil))
    case .wake(let at): wakes[host] = at
    case .notice(let notice): notices.append((now, host, notice))
    }
  }

  private mutating func enqueue(_ at: Instant, _ host: Int, _ event: Event) {
    order += 1
    queue.append(Pending(at: at, order: order, host: host, event: event))
  }

  private mutating func handle(_ due: Pending) {
    switch due.event {
    case .input(let input): give(due.host, input)
    case .answer(let number, let commit):
      if refusesCommits[due.host] {
        give(due.host, .commitFailed(number))
      } else {
        if let commit { filters[due.host] = commit.owned }
        give(due.host, .committed(number))
      }
    }
  }

  /// Runs until `end`; `each` sees the cluster after every event.
  mutating func run(until end: Instant, each: (borrowing NLBFarm) -> Void = { _ in }) {
    while true {
      var next = Instant.never
      var timer: Int?
      for i in hosts.indices where running[i] && wakes[i] < next { (next, timer) = (wakes[i], i) }
      var event: Int?
      for i in queue.indices {
        let isEarlier =
          queue[i].at < next
          || (queue[i].at == next && event.map { queue[$0].order > queue[i].order } ?? true)
        if isEarlier { (next, event, timer) = (queue[i].at, i, nil) }
      }
      if next > end { break }
      now = next
      if let event {
        handle(queue.remove(at: event))
      } else if let timer {
        wakes[timer] = .never
        give(timer, .timer)
      }
      each(self)
    }
    now = end
  }

  mutating func run(for length: Duration, each: (borrowing NLBFarm) -> Void = { _ in }) {
    run(until: now + length, each: each)
  }

  /// Buckets of a rule that no filter accepts, and those that two accept.
  func trouble(rule: Int = 0) -> (holes: Int, doubles: Int) {
    var (once, twice) = (UInt64(0), UInt64(0))
    var capacity = 0
    for i in hosts.indices where running[i] && rule < filters[i].count {
      let words = filters[i][rule].words[0]
      capacity = filters[i][rule].capacity
      twice |= once & words
      once |= words
    }
    return (capacity - once.nonzeroBitCount, twice.nonzeroBitCount)
  }

  /// How many buckets of a rule each filter accepts.
  func loads(rule: Int = 0) -> [Int] {
    hosts.indices.map { running[$0] && rule < filters[$0].count ? filters[$0][rule].count : 0 }
  }

  /// When a notice came first, counted from an instant.
  func first(since start: Instant, by host: Int? = nil, _ isIt: (Notice) -> Bool) -> Duration? {
    for entry in notices where entry.at >= start && (host == nil || entry.host == host) && isIt(entry.notice)
    {
      return entry.at - start
    }
    return nil
  }
}
