/// Everything that is wrong with a file, in the order of its lines.
public struct FileProblems: Error, Sendable, Hashable, CustomStringConvertible {
  /// At least one.
  public let problems: [Problem]

  public init(problems: [Problem]) { self.problems = problems }

  /// One line each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
