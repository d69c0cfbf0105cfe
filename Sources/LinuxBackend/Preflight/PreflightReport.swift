import FarmFile
import Foundation

/// All checks before a farm is started, in their order.
public struct PreflightReport: Sendable, Encodable {
  /// The node that this machine will be.
  public var node: String
  /// Whether nothing fails, and every node that was asked has answered. Other checks that could not be made do not
  /// count.
  public var isReady: Bool
  public var checks: [PreflightCheck]

  public init(node: String, checks: [PreflightCheck]) {
    self.node = node
    self.checks = checks
    isReady = !checks.contains { $0.hasFailed || $0.isUnanswered }
  }

  /// One line for each check: its result, its name, what was found and what to do.
  public var text: String {
    let lines = checks.map { check in
      switch check.finding {
      case .ok(let detail): "ok           \(check.name): \(detail)"
      case .fails(let detail, let fix): "fails        \(check.name): \(detail); to fix: \(fix)"
      case .notChecked(let reason), .unanswered(let reason): "not checked  \(check.name): \(reason)"
      }
    }
    return (lines + ["", summary]).map { PlainText.line($0) + "\n" }.joined()
  }

  /// The overall result in one line. A check that was not made is not called good.
  var summary: String {
    func count(_ count: Int, _ one: String, _ many: String) -> String {
      count == 1 ? "1 \(one)" : "\(count) \(many)"
    }
    let failed = checks.count(where: \.hasFailed)
    let unanswered = checks.count(where: \.isUnanswered)
    let unchecked = checks.count { if case .notChecked = $0.finding { true } else { false } } + unanswered
    let counts = [
      failed == 0 ? nil : count(failed, "check fails", "checks fail"),
      unchecked == 0 ? nil : count(unchecked, "was not made", "were not made"),
    ].compactMap { $0 }
    guard isReady else { return "\(node) is not ready: \(counts.joined(separator: ", "))" }
    return "\(node) is ready" + (counts.isEmpty ? "" : " as far as was checked: \(counts[0])")
  }

  /// One JSON object, indented.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return PlainText.json(String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self))
  }
}
