import Foundation
import TestSupport

/// The rooms of a target, which are its folders: what `docs/architecture.md` says of them, and what their files refer
/// to.
///
/// A file refers to a room if it names a type that the room's files declare. Members of extensions, and types that are
/// nested in others, name no room; neither does a name that two rooms declare.
struct Rooms {
  /// A row of the table.
  struct Row: Hashable {
    var name: String
    /// The rooms that it may refer to.
    var below: Set<String>
  }

  /// A file that names a type of another room.
  struct Reference: Hashable, CustomStringConvertible {
    var file: String
    var type: String
    var from: String
    var to: String
    var description: String { "\(file) names \(type) of \(to)" }
  }

  /// From the lowest up.
  var rows: [Row]
  /// Paths below the target's folder, and their texts.
  var files: [String: String]

  /// The references from each room to others, in order.
  var references: [Reference] {
    let words = files.mapValues { SwiftWords($0) }
    var homes: [String: Set<String>] = [:]
    for (file, words) in words {
      for type in words.declared { homes[type, default: []].insert(Self.room(of: file)) }
    }
    return words.flatMap { file, words in
      words.named.compactMap { type -> Reference? in
        let from = Self.room(of: file)
        guard let home = homes[type], home.count == 1, let to = home.first, to != from else { return nil }
        return Reference(file: file, type: type, from: from, to: to)
      }
    }.sorted { ($0.file, $0.type) < ($1.file, $1.type) }
  }

  /// The references that the table does not allow.
  var strays: [Reference] {
    let below = Dictionary(uniqueKeysWithValues: rows.map { ($0.name, $0.below) })
    return references.filter { below[$0.from]?.contains($0.to) != true }
  }

  static func room(of file: String) -> String {
    String(file.split(separator: "/").dropLast().joined(separator: "/"))
  }

  /// A target as it is.
  static func real(_ target: String) throws -> Rooms {
    let root = BuiltProgram.root.appendingPathComponent("Sources/\(target)")
    let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    var files: [String: String] = [:]
    for name in names where name.hasSuffix(".swift") {
      files[name] = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
    }
    let page = BuiltProgram.root.appendingPathComponent("docs/architecture.md")
    return Rooms(rows: rows(of: target, in: try String(contentsOf: page, encoding: .utf8)), files: files)
  }

  /// The rows of the table whose head names the target. A room is called by the last part of its path where it is
  /// referred to.
  static func rows(of target: String, in page: String) -> [Row] {
    let table = page.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { !$0.hasPrefix("| rooms of `\(target)`") }.dropFirst(2).prefix { $0.hasPrefix("|") }
    let cells = table.map { line in
      line.split(separator: "|").map { $0.matches(of: /`([^`]+)`/).map { String($0.1) } }
    }
    let names = cells.map { $0[0][0] }
    return zip(names, cells).map { name, cells in
      Row(
        name: name,
        below: Set(
          cells[2].map { short in names.first { $0 == short || $0.hasSuffix("/" + short) } ?? short }))
    }
  }
}
