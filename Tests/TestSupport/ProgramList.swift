import Foundation

/// `scripts/programs.txt`: every program from outside that is called here, by whom, and which package brings it.
public struct ProgramList: Sendable {
  /// A line of the list.
  public struct Entry: Sendable {
    public var purpose: String
    public var package: String
    public var names: [String]
  }

  public let entries: [Entry]

  public static let here = ProgramList(
    (try? String(
      contentsOf: BuiltProgram.root.appendingPathComponent("scripts/programs.txt"), encoding: .utf8)) ?? "")

  public init(_ text: String) {
    entries = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap {
      let words = $0.split(separator: " ").map(String.init)
      return words.count < 3 ? nil : Entry(purpose: words[0], package: words[1], names: Array(words[2...]))
    }
  }

  /// Names that may be called for any of these purposes.
  public func names(for purposes: Set<String>) -> Set<String> {
    Set(entries.filter { purposes.contains($0.purpose) }.flatMap(\.names))
  }

  /// The programs that a piece of shell in a test calls although they are not on the list.
  public func unlisted(in shell: String) -> Set<String> {
    let own: Set<String> = ["farmsim", "farmd"]
    return Set(ShellWords.programs(in: shell)).subtracting(own)
      .subtracting(names(for: ["always", "build", "product", "tests"]))
  }
}
