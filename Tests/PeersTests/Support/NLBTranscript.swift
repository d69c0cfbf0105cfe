import Engine
import Peers

/// Follows the commands of a transcript on an ``NLBFarm``. `Golden/README.md` says what each of them means.
struct NLBTranscript {
  private var farm = NLBFarm(hosts: 1)
  private var words = NLBWords()

  mutating func follow(_ line: String) -> [String] {
    let parts = line.split(separator: " ").map(String.init)
    guard perform(parts) else { return ["not a command: \(line)"] }
    if parts[0] == "show" { return show() }
    let output = farm.records.flatMap { words.lines(for: $0, of: farm) }
    farm.records = []
    return output
  }

  private mutating func perform(_ parts: [String]) -> Bool {
    let hosts = parts.compactMap(host)
    switch parts[0] {
    case "farm":
      guard let count = value("hosts", parts).flatMap({ Int($0) }) else { return false }
      farm = NLBFarm(hosts: count)
      words = NLBWords()
      for i in 0..<count { configure(i, parts) }
    case "configure": for i in hosts { configure(i, parts) }
    case "watch": for i in farm.hosts.indices { farm.watched[i] = hosts.contains(i) }
    case "start": for i in hosts { farm.start(i, phase: NLBFarm.phase(i, of: farm.hosts.count)) }
    case "run":
      guard let length = duration(after: "run", parts) else { return false }
      farm.run(for: length)
    case "crash": for i in hosts { farm.crash(i) }
    case "stop": for i in hosts { farm.give(i, .command(.stop)) }
    case "drainstop":
      let deadline = duration(after: "within", parts)
      for i in hosts { farm.give(i, .command(.drain(deadline: deadline, isForced: false))) }
    case "resume": for i in hosts { farm.give(i, .command(.resume)) }
    case "weight":
      guard let weight = parts.last.flatMap({ UInt16($0) }) else { return false }
      for i in hosts { farm.give(i, .command(.setWeight(GroupID(0), weight))) }
    case "flows":
      guard let count = parts.last.flatMap({ Int($0) }) else { return false }
      for i in hosts { tellFlows(i, count) }
    case "cut", "mend": return cut(parts, isCut: parts[0] == "cut")
    case "show": break
    default: return false
    }
    return true
  }

  private func host(_ word: String) -> Int? {
    guard word.hasPrefix("host"), let number = Int(word.dropFirst(4)) else { return nil }
    return farm.hosts.indices.contains(number - 1) ? number - 1 : nil
  }

  private func value(_ key: String, _ parts: [String]) -> String? {
    parts.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
  }

  private func duration(after word: String, _ parts: [String]) -> Duration? {
    guard let at = parts.firstIndex(of: word), at + 2 < parts.count, let n = Int(parts[at + 1]) else {
      return nil
    }
    return parts[at + 2] == "s" ? .seconds(n) : parts[at + 2] == "ms" ? .milliseconds(n) : nil
  }

  /// `priority=1`, `weights=30,60` by host, `ports=80-80` of the one rule, `filtering=single`.
  private mutating func configure(_ i: Int, _ parts: [String]) {
    if let priority = value("priority", parts).flatMap({ Int($0) }) { farm.settings[i].priority = priority }
    if let weights = value("weights", parts)?.split(separator: ","), i < weights.count {
      farm.settings[i].rules[0].weight = Int(weights[i]) ?? 0
    }
    if let ports = value("ports", parts)?.split(separator: "-").compactMap({ UInt16($0) }), ports.count == 2 {
      farm.settings[i].rules[0].ports = PortRange(ports[0], ports[1])
    }
    if value("filtering", parts) == "single" {
      farm.settings[i].rules[0].filtering = .single
      farm.settings[i].rules[0].handlingPriority = farm.settings[i].priority
    }
  }

  private mutating func tellFlows(_ i: Int, _ count: Int) {
    farm.give(
      i,
      .flows(
        GroupID(0),
        TrackedFlows(
          inside: 0, outside: count, bucketsOutside: BucketSet(capacity: farm.filters[i][0].capacity))))
  }

  private mutating func cut(_ parts: [String], isCut: Bool) -> Bool {
    guard let arrow = parts.firstIndex(of: "<->") else { return false }
    for a in parts[..<arrow].compactMap(host) {
      for b in parts[arrow...].compactMap(host) {
        for (from, to) in [(a, b), (b, a)] {
          if isCut { farm.cut[from].insert(NodeID(to)) } else { farm.cut[from].remove(NodeID(to)) }
        }
      }
    }
    return true
  }

  private func show() -> [String] {
    var lines: [String] = []
    for i in farm.hosts.indices {
      guard farm.running[i] else {
        lines.append("host\(i + 1) is off")
        continue
      }
      let host = farm.hosts[i]
      let isDefault = farm.filters[i].last.map { !$0.isEmpty } ?? false
      lines.append(
        "host\(i + 1) \(host.status.name), \(NLBWords.state(host)), members \(NLBWords.list(host.members)), "
          + "accepts \(NLBWords.list(farm.filters[i][0]))"
          + (isDefault ? " and, as the default host, the rest" : ""))
    }
    let trouble = farm.trouble()
    return lines + ["buckets without a host: \(trouble.holes), with two: \(trouble.doubles)"]
  }
}
