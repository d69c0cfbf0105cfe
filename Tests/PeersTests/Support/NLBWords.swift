import Engine
import Peers

/// Describes in the words of NLB what happens to a host, and leaves out repetitions.
struct NLBWords {
  private var lastHeard: [String: String] = [:]
  private var lastSaid: [Int: String] = [:]
  private var lastState: [Int: String] = [:]

  mutating func lines(for record: NLBFarm.Record, of farm: NLBFarm) -> [String] {
    var lines: [String] = []
    let host = record.host
    switch record.input {
    case .start: lines.append("starts")
    case .command(let command): lines.append("is told: \(NLBWords.words(command))")
    case .flows(_, let flows): lines.append("has \(flows.inside + flows.outside) connections")
    case .datagram(let datagram):
      guard let heartbeat = NLBHeartbeat(frame: datagram.bytes) else { break }
      let said = NLBWords.statement(heartbeat)
      let key = "\(host) \(datagram.from.index)"
      if lastHeard[key] != said { lines.append("hears host\(datagram.from.index + 1): \(said)") }
      lastHeard[key] = said
    default: break
    }
    for action in record.actions {
      switch action {
      case .send(let transmission):
        guard let heartbeat = NLBHeartbeat(frame: transmission.bytes) else { continue }
        let said = NLBWords.statement(heartbeat)
        if lastSaid[host] != said { lines.append("says: \(said)") }
        lastSaid[host] = said
      case .commit(let commit):
        let isDefault = commit.owned.last.map { !$0.isEmpty } ?? false
        lines.append("accepts \(NLBWords.list(commit.owned[0]))" + (isDefault ? " and the rest" : ""))
      case .notice(let notice): lines.append("* " + NLBWords.words(notice))
      case .renewLease, .endLease, .wake: break
      }
    }
    let stamp = NLBWords.milliseconds(record.at)
    return lines.map { "\(stamp)  host\(host + 1): \($0)" }
  }

  static func state(_ host: NLBHost) -> String {
    host.cause.map { "\(host.stage.name) (\($0.text))" } ?? "\(host.stage.name)"
  }

  private static func statement(_ heartbeat: NLBHeartbeat) -> String {
    let rule = heartbeat.rules[0]
    var text =
      "\(heartbeat.stage.name), priority \(heartbeat.priority), weight \(rule.weight), has \(list(rule.current))"
    if heartbeat.stage >= .mapping && rule.new != rule.current { text += ", is to have \(list(rule.new))" }
    if heartbeat.defaultHost > 0 { text += ", default host \(heartbeat.defaultHost)" }
    return text
  }

  private static func words(_ command: Command) -> String {
    switch command {
    case .drain(let deadline, _):
      "drainstop" + (deadline.map { " within \($0.nanoseconds / 1_000_000) ms" } ?? "")
    case .setWeight(_, let weight): "load weight \(weight)"
    case .stop: "stop"
    case .leave: "leave"
    case .resume: "resume"
    case .stage: "stage"
    }
  }

  private static func words(_ notice: Notice) -> String {
    switch notice {
    case .status(let status, let from): "\(from.name) -> \(status.name)"
    case .view(let members, let serving, _, _):
      "converged with \(list(members))"
        + (members == serving ? "" : ", of whom \(list(serving)) take new clients")
    case .removed(let node): "host\(node.index + 1) is lost: five periods without a heartbeat"
    case .joined(let node): "host\(node.index + 1) joins"
    case .returned(let node): "host\(node.index + 1) is back"
    case .claimed(let group, let count, let reason):
      "takes \(count) of rule \(group.index + 1)" + (reason == .takeOver ? " from the lost" : "")
    case .released(let group, let count): "gives up \(count) of rule \(group.index + 1)"
    case .drained(let cut): "is drained, \(cut) connections cut"
    case .duplicateNodeID: "ALARM: another host has this host's priority"
    case .sharedNodeID(let node): "ALARM: host\(node.index + 1) has the priority of another host"
    case .configurationMismatch(_, let node): "ALARM: host\(node.index + 1) has other rules"
    case .refused: "refused"
    default: "\(notice)"
    }
  }

  static func list(_ set: NodeSet) -> String {
    set.isEmpty ? "nobody" : set.map { "host\($0.index + 1)" }.joined(separator: " ")
  }

  static func list(_ map: NLBMap) -> String { list((0..<64).filter { map.bits >> UInt64($0) & 1 == 1 }) }
  static func list(_ set: BucketSet) -> String {
    list((0..<set.capacity).filter { set.contains(Bucket($0)) })
  }

  /// `0-14 30 45-47`.
  private static func list(_ buckets: [Int]) -> String {
    var runs: [(first: Int, last: Int)] = []
    for b in buckets {
      if let last = runs.last?.last, last == b - 1 {
        runs[runs.count - 1].last = b
      } else {
        runs.append((b, b))
      }
    }
    if runs.isEmpty { return "nothing" }
    return runs.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: " ")
  }

  static func milliseconds(_ at: Instant) -> String {
    let tenths = (at.nanoseconds + 50_000) / 100_000
    let text = "\(tenths / 10).\(tenths % 10)"
    return String(repeating: " ", count: max(0, 8 - text.count)) + text
  }
}
