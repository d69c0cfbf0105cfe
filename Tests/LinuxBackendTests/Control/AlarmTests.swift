import Engine
import FarmFile
import Foundation
import Testing

@testable import LinuxBackend

/// Every alarm has an event, a metric, a line of the status and its place in the manual.
@Suite struct AlarmTests {
  /// The event that the command of `notify:` gets for a notice of a node; `nil` if nothing is wrong, or if another
  /// event tells it already.
  static func event(of kind: EventKind) -> FarmEventKind? {
    switch kind {
    case .fenced, .deaf, .leaseLost: .outOfService
    case .status: .inService
    case .removed: .memberRemoved
    case .left: .memberLeft
    case .joined, .returned: .memberBack
    case .claimed: .tookOver
    case .commitFailed: .trouble
    case .duplicateNodeID, .sharedNodeID: .duplicateID
    case .configurationMismatch: .otherConfiguration
    case .unauthenticated: .wrongKey
    case .setBack: .setBack
    case .stale: .stale
    case .drained: .drained
    case .heldDown: .outOfService
    case .view, .released, .paused, .configurationStaged, .configurationSwitched, .refused, .resumed,
      .resumptionRefused, .caughtUp:
      nil
    }
  }

  static func manual(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try String(contentsOf: folder.appendingPathComponent("docs/\(name)"), encoding: .utf8)
  }

  @Test func whatANodeSaysHasItsPlaceEverywhere() throws {
    let notify = try Self.manual("notify.md")
    var report = StatusReport.sample
    report.events = EventKind.allCases.map { CountReport(name: $0.rawValue, count: 1) }
    let (metrics, status) = (MetricsText(report).text, StatusText(report).text)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("alarms ") })
    for kind in EventKind.allCases {
      #expect(metrics.contains("farmd_events_total{event=\"\(kind.rawValue)\"} 1\n"), "\(kind)")
      guard kind.level == .error else { continue }
      let event = try #require(Self.event(of: kind), "\(kind) is told nobody")
      #expect(notify.contains("| `\(event.rawValue)` |"), "\(event)")
      #expect(line.contains("1 \(kind.rawValue.replacing("_", with: " "))"), "\(kind): \(line)")
    }
  }

  @Test func everyReasonNotToServeHasItsPlaceEverywhere() throws {
    let manual = try Self.manual("linux-backend.md")
    for reason in ServiceObstacle.Reason.allCases {
      var report = StatusReport.sample
      report.service = ServiceReport(serves: false, reason: "\(reason.name)", text: "it waits")
      #expect(MetricsText(report).text.contains("farmd_obstacle{reason=\"\(reason.name)\"} 1\n"))
      #expect(StatusText(report).text.hasPrefix("node1 does not serve: it waits\n"))
      #expect(manual.contains("`\(reason.name)`"), "\(reason.name) is not in the manual")
    }
  }

  @Test func everyEventStandsInBothManuals() throws {
    let (notify, file) = (try Self.manual("notify.md"), try Self.manual("scenario-file.md"))
    for kind in FarmEventKind.allCases {
      #expect(notify.contains("| `\(kind.rawValue)` |"), "\(kind)")
      #expect(file.contains("`\(kind.rawValue)`"), "\(kind)")
    }
  }
}
