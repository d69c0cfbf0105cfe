import Engine

/// Follows the commands of a transcript on a ``TestFarm``. `Golden/README.md` says what each of them means.
struct TranscriptRunner {
  private var farm = TestFarm(Settings(nodeCount: 1))
  private var words = TranscriptWords()
  private let mayDouble: Bool
  private var watch: FarmWatch
  /// What each machine has been told in this life and what still holds.
  private var told: [Int: [Input]] = [:]
  private var violations: [String] = []

  init(mayDouble: Bool) {
    self.mayDouble = mayDouble
    watch = FarmWatch(mayDouble: mayDouble)
  }

  mutating func run(_ line: String) -> [String] {
    let parts = line.split(separator: " ").map(String.init)
    let known = follow(parts)
    if !known {
      violations.append("not a command: \(line)")
      return ["not a command: \(line)"]
    }
    if parts[0] == "show" { return show() }
    let output = farm.records.flatMap { words.lines(for: $0, of: farm) }
    farm.records = []
    return output
  }

  /// What was left out since the last call.
  mutating func repeats() -> [String] { words.repeats(of: farm) }

  /// Ends with this farm. - Returns: everything that the farms so far must never do, and did.
  mutating func finish() -> [String] {
    violations += watch.violations
    watch = FarmWatch(mayDouble: mayDouble)
    for i in farm.machines.indices {
      guard let twin = FreshTwin(of: i, in: farm, told: told[i] ?? []) else { continue }
      violations += twin.differences().map { "\(TranscriptWords.name(i, of: farm)): \($0)" }
    }
    return violations
  }

  private mutating func follow(_ parts: [String]) -> Bool {
    let nodes = parts.compactMap(machine)
    let values = TranscriptValues(parts)
    switch parts[0] {
    case "farm":
      guard let settings = values.settings(from: Settings(nodeCount: 3)) else { return false }
      _ = finish()
      farm = TestFarm(settings)
      told = [:]
      words = TranscriptWords()
      words.meet(settings.digest)
    case "watch": for i in farm.machines.indices { farm.machines[i].isWatched = nodes.contains(i) }
    case "start":
      for i in nodes {
        told[i] = []
        farm.start(i)
      }
    case "run":
      guard let length = values.duration(after: "run") else { return false }
      advance(length)
    case "crash": for i in nodes { farm.crash(i) }
    case "stall": for i in nodes { farm.machines[i].isStalled = true }
    case "away": for i in nodes { farm.takeAway(i) }
    case "replace":
      for i in nodes {
        guard let next = values.settings(from: farm.machines[i].settings) else { return false }
        words.meet(next.digest)
        farm.replace(i, with: next)
      }
    case "continue": for i in nodes { farm.resumeDaemon(i) }
    case "cut", "mend":
      guard cut(parts, isCut: parts[0] == "cut") else { return false }
    case "drain":
      let drain = Command.drain(
        deadline: values.duration(after: "within"), isForced: parts.contains("forced"))
      for i in nodes { farm.command(i, drain) }
    case "leave": for i in nodes { farm.command(i, .leave) }
    case "stop": for i in nodes { farm.command(i, .stop) }
    case "resume": for i in nodes { farm.command(i, .resume) }
    case "weight":
      guard let weight = parts.last.flatMap({ UInt16($0) }) else { return false }
      for i in nodes { tell(i, .command(.setWeight(GroupID(0), weight))) }
    case "health": for i in nodes { tell(i, .health(isHealthy: parts.last == "well")) }
    case "gateway": for i in nodes { tell(i, .gateway(isReachable: parts.last == "answers")) }
    case "frames": for i in nodes { tell(i, .frames(arrive: parts.last == "arrive")) }
    case "flows":
      for i in nodes {
        let flows = values.flows(of: farm.nodes[i].owned(GroupID(0)))
        farm.machines[i].kernel.track(flows)
        farm.give(i, .flows(GroupID(0), flows))
      }
    case "kernel":
      let refusals = ["refuses": TestKernel.Refusal.everything, "filters": .filters, "confirms": .nothing]
      guard let refuses = parts.last.flatMap({ refusals[$0] }) else { return false }
      for i in nodes { farm.machines[i].kernel.refuses = refuses }
    case "stage":
      for i in nodes {
        guard let next = values.settings(from: farm.machines[i].settings) else { return false }
        farm.command(i, .stage(next))
      }
    case "configure":
      for i in nodes {
        guard let next = values.settings(from: farm.machines[i].settings) else { return false }
        words.meet(next.digest)
        farm.machines[i].configure(next)
      }
    case "twin":
      guard let of = nodes.first else { return false }
      var twin = TestMachine(Node(id: farm.nodes[of].id, settings: farm.machines[of].settings))
      twin.isWatched = true
      farm.machines.append(twin)
    case "puppet": for i in nodes { farm.makePuppet(i) }
    case "say": for i in nodes { guard say(i, values, parts) else { return false } }
    case "show": break
    default: return false
    }
    watch.look(at: farm)
    return true
  }

  private mutating func tell(_ machine: Int, _ input: Input) {
    told[machine, default: []].append(input)
    farm.give(machine, input)
  }

  /// `node3` is 2; `twin` is the machine added last.
  private func machine(_ word: String) -> Int? {
    let machines = farm.machines
    if word == "twin", machines.count > machines[0].settings.nodeCount { return machines.count - 1 }
    guard word.hasPrefix("node"), let number = Int(word.dropFirst(4)) else { return nil }
    return machines.indices.contains(number - 1) ? number - 1 : nil
  }

  private mutating func advance(_ length: Duration) {
    var watch = watch
    farm.run(for: length) { watch.look(at: $0) }
    self.watch = watch
  }

  /// `cut node1 -> node2`, `cut node1 <-> node2`, either with `on N`; `mend` undoes it.
  private mutating func cut(_ parts: [String], isCut: Bool) -> Bool {
    guard let arrow = parts.firstIndex(where: { $0 == "->" || $0 == "<->" }) else { return false }
    let left = parts[..<arrow].compactMap(machine)
    let right = parts[arrow...].compactMap(machine)
    var network: Int?
    if let on = parts.firstIndex(of: "on") { network = Int(parts[on + 1]).map { $0 - 1 } }
    for a in left {
      for b in right where a != b {
        set(a, b, network, isCut)
        if parts[arrow] == "<->" { set(b, a, network, isCut) }
      }
    }
    return !left.isEmpty && !right.isEmpty
  }

  private mutating func set(_ a: Int, _ b: Int, _ network: Int?, _ isCut: Bool) {
    let other = NodeID(b)
    switch (network, isCut) {
    case (nil, true): farm.machines[a].cut.insert(other)
    case (nil, false): farm.machines[a].cut.remove(other)
    case (let n?, true): farm.machines[a].networkCut[n].insert(other)
    case (let n?, false): farm.machines[a].networkCut[n].remove(other)
    }
  }

  private mutating func say(_ i: Int, _ values: TranscriptValues, _ parts: [String]) -> Bool {
    guard var puppet = farm.machines[i].puppet else { return false }
    if let status = values.text("status") {
      guard let status = Status.allCases.first(where: { "\($0.name)" == status }) else { return false }
      puppet.status = status
    }
    if let claims = values.text("claims") {
      var set = BucketSet(capacity: puppet.claims.capacity)
      for bucket in claims.split(separator: ",").compactMap({ Int($0) }) { set.insert(Bucket(bucket)) }
      puppet.claims = set
    }
    if let view = values.text("view") { puppet.sharesView = view == "same" }
    puppet.isSilent = parts.contains("nothing")
    if values.text("outside") != nil { puppet.flows = values.flows(of: puppet.claims) }
    farm.machines[i].puppet = puppet
    farm.speak(i)
    return true
  }

  private mutating func show() -> [String] {
    var lines: [String] = []
    for (i, machine) in farm.machines.enumerated() where machine.puppet == nil {
      let name = TranscriptWords.name(i, of: farm)
      let state = machine.isRunning ? machine.node.status.name : machine.isAway ? "away" : "down"
      let set =
        machine.isAccepting(at: farm.now) ? TranscriptWords.list(machine.kernel.filters[0]) : "nothing"
      let view = machine.node.view.members.isEmpty ? "-" : words.view(machine.node.view.digest)
      lines.append("\(name) \(state), view \(view), filter accepts \(set)")
    }
    lines.append("buckets without owner: \(farm.holes()), with two: \(farm.doubles())")
    return lines
  }
}
