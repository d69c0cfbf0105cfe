/// One thing that is wrong with an operator's file: where, what is there, and what was expected instead.
///
/// Its description is one line: `crash.yaml:12:7: unknown key 'hearbeat'; did you mean 'heartbeat'?`
public struct Problem: Error, Sendable, Hashable {
  /// The file as the operator named it.
  public var file: String
  public var place: Place
  /// What is wrong, with the value that is there.
  public var message: String
  /// What would have been right.
  public var expected: String?
  /// The valid name that is nearest to the one that is there.
  public var nearest: String?

  public init(
    file: String, place: Place, message: String, expected: String? = nil, nearest: String? = nil
  ) {
    self.file = file
    self.place = place
    self.message = message
    self.expected = expected
    self.nearest = nearest
  }
}

extension Problem {
  /// Whether it is about a value that is given beside the file.
  public var isOfOverride: Bool { if case .override = place { true } else { false } }
}

extension Problem: CustomStringConvertible {
  public var description: String {
    var line: String
    switch place {
    case .whole: line = "\(file): \(message)"
    case .position(let row, let column): line = "\(file):\(row):\(column): \(message)"
    case .included(let other, let row, let column): line = "\(other):\(row):\(column): \(message)"
    case .override(let path): line = "--set \(path): \(message)"
    }
    if let expected { line += "; expected \(expected)" }
    if let nearest { line += "; did you mean '\(nearest)'?" }
    return line
  }
}

extension Problem: Comparable {
  /// In the order of the file; overrides come last.
  public static func < (a: Problem, b: Problem) -> Bool {
    (a.file, a.place, a.message) < (b.file, b.place, b.message)
  }
}

/// Where something stands in the operator's input.
public enum Place: Sendable, Hashable, Comparable {
  /// The input as a whole, as for a file that cannot be read.
  case whole
  /// Line and column, both from 1; columns count Unicode scalars.
  case position(line: Int, column: Int)
  /// Line and column in a file that the input includes.
  case included(file: String, line: Int, column: Int)
  /// The value of an override: `--set farm.profile=fast`.
  case override(path: String)
}
