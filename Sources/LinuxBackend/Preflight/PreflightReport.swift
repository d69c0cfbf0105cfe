import Foundation

/// All that was checked before a farm is started, in the order of the checks.
public struct PreflightReport: Sendable, Encodable {
  /// The node that this machine is to be.
  public var node: String
  /// Nothing fails. Checks that could not be made do not count.
  public var isReady: Bool
  public var checks: [PreflightCheck]

  public init(node: String, checks: [PreflightCheck]) {
    self.node = node
    self.checks = checks
    isReady = !checks.contains(where: \.hasFailed)
  }

  /// One line a check: its result, its name, what was seen and what to do.
  public var text: String {
    checks.map { check in
      switch check.finding {
      case .ok(let detail): "ok           \(check.name): \(detail)\n"
      case .fails(let detail, let fix): "fails        \(check.name): \(detail); to fix: \(fix)\n"
      case .notChecked(let reason): "not checked  \(check.name): \(reason)\n"
      }
    }.joined()
  }

  /// One JSON object, indented.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: (try? encoder.encode(self)) ?? Data(), as: UTF8.self)
  }
}
