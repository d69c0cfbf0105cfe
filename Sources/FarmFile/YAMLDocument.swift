import Yams

/// A YAML text read into values with positions, or the reasons why it cannot be.
///
/// Every refusal is a ``Problem``: no text traps, overflows the stack, or takes long.
public struct YAMLDocument: Sendable {
  public var root: YAMLNode

  /// Reads one document, within ``FileLimits``.
  /// - Parameters:
  ///   - blocks: what the text must hold, for the problem of an empty one.
  ///   - log: gets everything that is wrong with the text as YAML.
  /// - Returns: `nil` if nothing could be read.
  public init?(text: String, blocks: String? = nil, log: ProblemLog) {
    guard text.utf8.count <= FileLimits.bytes else {
      log.add(.whole, "\(text.utf8.count) bytes", expected: "at most \(FileLimits.bytes)")
      return nil
    }
    let outcome = DeepStack.run { YAMLDocument.compose(text, blocks: blocks) }
    for problem in outcome.problems {
      log.add(problem.place, problem.message, expected: problem.expected, nearest: problem.nearest)
    }
    guard let root = outcome.root else { return nil }
    self.root = root
  }

  struct Outcome: Sendable {
    var root: YAMLNode?
    var problems: [Problem]
  }

  /// Composes the text. Where a key repeats, it hides one of the two in place and composes again, so that the
  /// rest of the file is still checked. It recurses as deep as the text is nested: call it through
  /// ``DeepStack``.
  private static func compose(_ text: String, blocks: String?) -> Outcome {
    let log = ProblemLog(file: "")
    guard AliasCount.isAcceptable(text, log: log) else { return Outcome(root: nil, problems: log.problems) }
    var source = SourceText(text)
    // Each repeated key costs another pass, so a large file gets few.
    let passes = max(1, min(FileLimits.duplicates, FileLimits.bytes / max(1, text.utf8.count)))
    for _ in 0...passes {
      do {
        // The resolver without rules keeps every scalar as text, and hashes keys without regular expressions.
        let node = try Yams.compose(yaml: source.padded, .basic)
        guard let node else {
          let isBlank = text.allSatisfy(\.isWhitespace)
          log.add(
            .position(line: 1, column: 1), isBlank ? "the file is empty" : "the file has only comments",
            expected: blocks)
          return Outcome(root: nil, problems: log.problems)
        }
        var copy = NodeCopy(source: source, log: log)
        let root = copy.node(node, depth: 1)
        return Outcome(root: copy.isOver ? nil : root, problems: log.problems)
      } catch YamlError.duplicatedKeysInMapping(_, let context) {
        let mark = context.mark
        if source.hideKey(line: mark.line, column: mark.column) { continue }
        log.add(.position(line: mark.line, column: mark.column), "a key occurs twice in one mapping")
        return Outcome(root: nil, problems: log.problems)
      } catch {
        source.report(error, log: log)
        return Outcome(root: nil, problems: log.problems)
      }
    }
    for place in source.hiddenPlaces {
      log.add(place, "this key, and later ones, occur twice in one mapping")
    }
    return Outcome(root: nil, problems: log.problems)
  }
}
