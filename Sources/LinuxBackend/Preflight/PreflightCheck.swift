/// One thing that a farm needs from a machine or its segment, and the result of checking it.
public struct PreflightCheck: Sendable, Hashable {
  public enum Finding: Sendable, Hashable {
    /// As it must be; what was found.
    case ok(String)
    /// What is wrong, and how to fix it.
    case fails(String, fix: String)
    /// Why it could not be checked.
    case notChecked(String)
    /// Other nodes were asked and none answered. It counts as not checked, but the farm must not be started on it.
    case unanswered(String)
  }

  /// A few words, the same on every machine.
  public var name: String
  public var finding: Finding

  public init(_ name: String, _ finding: Finding) {
    self.name = name
    self.finding = finding
  }

  public var hasFailed: Bool {
    if case .fails = finding { true } else { false }
  }

  /// Whether a node did not answer that should have.
  public var isUnanswered: Bool {
    if case .unanswered = finding { true } else { false }
  }
}

extension PreflightCheck: Encodable {
  enum CodingKeys: String, CodingKey {
    case check, result, detail, fix
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .check)
    let (result, detail, fix): (String, String, String?) =
      switch finding {
      case .ok(let detail): ("ok", detail, nil)
      case .fails(let detail, let fix): ("fails", detail, fix)
      case .notChecked(let detail), .unanswered(let detail): ("not checked", detail, nil)
      }
    try container.encode(result, forKey: .result)
    try container.encode(detail, forKey: .detail)
    try container.encodeIfPresent(fix, forKey: .fix)
  }
}
