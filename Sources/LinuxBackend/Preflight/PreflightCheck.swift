/// One thing that a farm needs of a machine or its segment, and what was found.
public struct PreflightCheck: Sendable, Hashable {
  public enum Finding: Sendable, Hashable {
    /// As it must be; what was seen.
    case ok(String)
    /// What is wrong, and what to do about it.
    case fails(String, fix: String)
    /// Why it could not be looked at.
    case notChecked(String)
    /// It was asked for, and nobody answered: the same as not checked, but no reason to start.
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

  /// Whether somebody did not answer who should have.
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
