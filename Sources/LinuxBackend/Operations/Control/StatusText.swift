import Engine
import FarmFile
import Foundation

/// A ``StatusReport`` for people.
///
/// A summary comes first, then tables of members, of holes and doubles seen, and of groups, then heartbeats, checks and
/// troubles.
public struct StatusText: Sendable {
  /// All lines, ends included.
  public let text: String

  public init(_ report: StatusReport) {
    var parts = [
      Self.summary(report), Self.members(report), Self.seen(report), Self.groups(report),
      Self.heartbeats(report),
    ]
    if let health = report.health { parts.append(Self.health(health)) }
    let troubles = report.machine.map(Self.troubles) ?? ""
    if !troubles.isEmpty { parts.append(troubles) }
    // Names and reasons come from files, programs and other nodes, so they may contain anything.
    text = PlainText.lines(parts.joined(separator: "\n"))
  }

  private static func summary(_ report: StatusReport) -> String {
    let lease = report.secondsOfLease.map { "\(time($0)) left" } ?? "none: the kernel filter accepts nothing"
    let drain = report.flowsCut.map { "\ndrain   over: \(Self.cut($0))" } ?? ""
    let others = report.configuration.waitsFor
    let whom = others.isEmpty ? "until every member has it" : "for \(others.joined(separator: ", "))"
    let staged = report.configuration.staged.map { "; \($0) waits \(whom)" } ?? ""
    let differences = report.configuration.differences.map { "differs \($0.text)\n" }.joined()
    let deaf = report.members.filter { $0.status == "\(Status.deaf.name)" && $0.node != report.node }
      .map { "deaf    \($0.node): no frame arrives on its service network, and it serves nobody\n" }.joined()
    let service = report.service.serves ? report.service.text : "does not serve: \(report.service.text)"
    return """
      \(report.node) \(service)
      \(report.node) of farm \(report.farm): \(report.status) for \(time(report.secondsInStatus))
      view    \(report.view.digest), epoch \(report.view.epoch), unchanged for \(time(report.view.secondsUnchanged))
      lease   \(lease)
      config  \(report.configuration.digest)\(staged)
      \(differences)\(deaf)farmd   \(report.version), process \(report.process), running for \(time(report.secondsRunning))\(drain)

      """
  }

  /// How many open connections a drain cut at its end, in words.
  public static func cut(_ flows: Int) -> String {
    flows == 0
      ? "no open connection was cut"
      : flows == 1 ? "1 open connection was cut" : "\(flows) open connections were cut"
  }

  /// The members and what each claims; below them, the buckets that nobody and that two claim.
  private static func members(_ report: StatusReport) -> String {
    var table = TextTable(header: ["MEMBER", "STATUS", "VIEW", "HEARD"] + report.groups.map { $0.name })
    for (i, member) in report.members.enumerated() {
      let heard =
        member.node == report.node
        ? "this node" : member.secondsSinceHeard.map { "\(time($0)) ago" } ?? "never"
      let view = member.isServing ? "serving" : member.isInView ? "skipped" : "out"
      table.add(
        [member.node, status(member), view, heard]
          + report.groups.map { share(i < $0.claims.count ? $0.claims[i] : 0, of: $0.buckets) })
    }
    table.add(["nobody (holes)", "", "", ""] + report.groups.map { count($0.holes) })
    table.add(["two (doubles)", "", "", ""] + report.groups.map { count($0.doubles) })
    return table.text
  }

  private static func count(_ count: Int?) -> String { count.map { "\($0)" } ?? "unknown" }
  private static func status(_ member: MemberReport) -> String {
    member.hasOtherConfiguration ? "differs" : member.status ?? "unknown"
  }

  /// The holes and doubles that were seen so far.
  private static func seen(_ report: StatusReport) -> String {
    var table = TextTable(header: ["SEEN", "HOLES", "LONGEST", "LAST", "DOUBLES", "LONGEST", "LAST"])
    for group in report.groups { table.add([group.name] + cells(group.holesSeen) + cells(group.doublesSeen)) }
    return table.text
  }

  private static func cells(_ seen: SeenReport) -> [String] {
    guard let last = seen.secondsSinceLast else { return ["\(seen.count)", "", ""] }
    return ["\(seen.count)", time(seen.secondsOfLongest), last == 0 ? "now" : "\(time(last)) ago"]
  }

  private static func groups(_ report: StatusReport) -> String {
    var table = TextTable(header: ["GROUP", "BUCKETS", "ACCEPTED", "REJECTED", "FLOWS INSIDE", "OUTSIDE"])
    for group in report.groups {
      table.add([
        group.name, "\(group.buckets)", group.accepted.map { "\($0)" } ?? "unknown",
        group.rejected.map { "\($0)" } ?? "unknown", "\(group.flowsInside)", "\(group.flowsOutside)",
      ])
    }
    return table.text
  }

  private static func heartbeats(_ report: StatusReport) -> String {
    // A node's own broadcasts always come back; only the metrics show them.
    let dropped = report.heartbeats.dropped.filter { $0.count > 0 && $0.name != "own_echo" }
      .map { "\($0.count) \($0.name.replacing("_", with: " "))" }
    let unsent = report.heartbeats.unsent > 0 ? ", \(report.heartbeats.unsent) refused by the kernel" : ""
    return """
      heartbeats  \(report.heartbeats.sent) sent\(unsent), \(report.heartbeats.received) received
      dropped     \(dropped.isEmpty ? "none" : dropped.joined(separator: ", "))
      alarms      \(alarms(report))

      """
  }

  /// How often the node has raised each of its alarms since the daemon's start.
  private static func alarms(_ report: StatusReport) -> String {
    let raised = report.events.filter { $0.count > 0 && EventKind(rawValue: $0.name)?.level == .error }
    if raised.isEmpty { return "none" }
    return raised.map { "\($0.count) \($0.name.replacing("_", with: " "))" }.joined(separator: ", ")
  }

  private static func health(_ health: CheckerReport) -> String {
    var table = TextTable(header: ["CHECK", "STATE", "LAST FAILURE"])
    for checker in health.checkers {
      table.add([checker.name, checker.isWell ? "well" : "failing", checker.reason ?? ""])
    }
    let held = health.isHeldOut ? "held out of service until an operator resumes the node\n" : ""
    return table.text + held
  }

  /// A line for each trouble; empty if there is none.
  private static func troubles(_ machine: MachineReport) -> String {
    let paths = machine.paths ?? []
    if machine.untracking.isEmpty && machine.claims.isEmpty && paths.isEmpty { return "" }
    var table = TextTable(header: ["TROUBLE", "COUNT", "LAST", "WHAT"])
    for rule in machine.untracking { table.add(["connections are not tracked", "1", "now", rule.words]) }
    for path in paths { table.add(["heartbeats are too long", "1", "now", path.text]) }
    for claim in machine.claims.reversed() {
      table.add([
        claim.isOwnAddress ? "address used twice" : "virtual IP claimed", "\(claim.count)",
        "\(time(claim.secondsSinceLast)) ago",
        "\(claim.address) by \(claim.mac) on \(claim.interface)",
      ])
    }
    return table.text
  }

  /// `64 (25 %)`.
  static func share(_ count: Int, of all: Int) -> String {
    guard count > 0, all > 0 else { return "\(count)" }
    return "\(count) (\(String(format: "%.3g", Double(count) / Double(all) * 100)) %)"
  }

  /// `42 ms`, `12.3 s`, `3 min 12 s`, `5 h 3 min`, `2 d 4 h`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "0 ms" }
    if seconds < 0.9995 { return "\(Int((seconds * 1000).rounded())) ms" }
    if seconds < 59.95 { return String(format: "%.1f s", seconds) }
    let whole = Int(min(seconds, 1e15).rounded())
    if whole < 86_400 { return Duration.seconds(whole).longText }
    return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
  }
}
