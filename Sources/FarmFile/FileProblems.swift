/// Everything that is wrong with a file, in the order of its lines.
public struct FileProblems: Error, Sendable, Hashable, CustomStringConvertible {
  /// At least one.
  public let problems: [Problem]

  public init(problems: [Problem]) { self.problems = problems }

  /// One line for each problem.
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

  /// The content of a file's text, or everything that is wrong with it.
  /// - Parameters:
  ///   - file: the file's name for problems.
  ///   - overrides: values that replace the file's own before anything is checked.
  ///   - blocks: what a file must hold, for the problem of an empty one.
  ///   - isGuarded: whether an included file is refused if other users may write it.
  ///   - parse: reports what is wrong. What it returns counts only if it reported nothing.
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
