import Foundation

/// How an included file leads on to another, by the paths that are written: `main.yaml > shared.yaml > more.yaml`.
struct IncludeChain {
  /// What is wrong, with the chain.
  let text: String

  /// - Parameters:
  ///   - paths: the value of `include` in the included file, with places in it.
  ///   - file: the included file.
  ///   - written: its path as the including file writes it.
  ///   - main: the file that includes it.
  init(_ paths: YAMLNode, from file: String, written: String, main: String) {
    let reader = YAMLReader(paths, name: "include", log: ProblemLog(file: file))
    let next = reader.itemsOrSelf(atMost: FileLimits.includes).compactMap { $0.text(expected: "") }
    let name = PathText.name(of: main)
    let what: String
    let way: [String]
    if IncludeChain.isSame(file, main) {
      (what, way) = ("a file that includes itself", [name, written])
    } else if let back = next.first(where: { IncludeChain.isSame(reader.file($0), main) }) {
      (what, way) = ("files that include each other", [name, written, back])
    } else {
      (what, way) = ("an included file that includes another", [name, written] + next.prefix(1))
    }
    text = "\(what): \(way.joined(separator: " > "))"
  }

  private static func isSame(_ path: String, _ other: String) -> Bool {
    func real(_ path: String) -> URL { URL(fileURLWithPath: path).resolvingSymlinksInPath() }
    return real(path) == real(other)
  }
}
