/// Everything that is wrong with a file, in the order of its lines.
public struct FileProblems: Error, Sendable, Hashable, CustomStringConvertible {
  /// At least one.
  public let problems: [Problem]

  public init(problems: [Problem]) { self.problems = problems }

  /// One line each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

extension Result where Failure == FileProblems {
  /// Reads a file and hands its text on, or says why it cannot be read.
  /// - Parameters:
  ///   - path: of the file; `-` for standard input.
  ///   - isGuarded: whether it is refused if other users may write it.
  public static func reading(
    path: String, isGuarded: Bool = false, _ parse: (_ text: String) -> Self
  ) -> Self {
    let log = ProblemLog(file: path, isGuarded: isGuarded)
    guard let text = TextFile.read(path: path, log: log) else {
      return .failure(FileProblems(problems: log.problems))
    }
    return parse(text)
  }

  /// What a file's text says, or all that is wrong with it.
  /// - Parameters:
  ///   - file: its name, as problems shall show it.
  ///   - overrides: values that replace the file's own before anything is checked.
  ///   - blocks: what a file must hold, for the problem of an empty one.
  ///   - isGuarded: whether what it includes is refused if other users may write it.
  ///   - parse: reports what is wrong; what it returns counts only if nothing is.
  public static func parsing(
    text: String, file: String, overrides: [Override], blocks: String, isGuarded: Bool = false,
    _ parse: (_ root: YAMLNode, _ log: ProblemLog) -> Success?
  ) -> Self {
    let log = ProblemLog(file: file, isGuarded: isGuarded)
    guard var root = YAMLDocument(text: text, blocks: blocks, log: log)?.root else {
      return .failure(FileProblems(problems: log.problems))
    }
    if root.isNull {
      log.add(root.place, "the file is empty", expected: blocks)
      return .failure(FileProblems(problems: log.problems))
    }
    guard root.prepare(overrides: overrides, log: log), let content = parse(root, log), log.isEmpty else {
      return .failure(FileProblems(problems: log.problems))
    }
    return .success(content)
  }
}
