import Engine
import FarmFile

/// The farm files that the nodes of a run may have, the scenario's own first, and the configurations in them.
struct FarmFiles: Sendable {
  let all: [Farm]
  /// The tables that all starts of a node share: by configuration, that of the scenario's own file first.
  let tables: [FarmTables]
  /// What buckets mean in each configuration.
  let spaces: BucketSpaces
  /// By file: the place of its settings in ``tables``.
  private let places: [Int]

  init(_ scenario: Scenario) {
    let files = scenario.files
    let configurations = scenario.configurations
    all = files
    tables = configurations.map { FarmTables($0) }
    spaces = BucketSpaces(configurations)
    places = files.map { file in
      guard let place = configurations.firstIndex(of: file.settings) else {
        preconditionFailure("a file without its settings")
      }
      return place
    }
  }

  /// The file that a node has at the start: the first one that names it.
  func first(naming n: Int) -> Int {
    guard let file = all.firstIndex(where: { n < $0.nodes.count }) else {
      preconditionFailure("a node that no file names")
    }
    return file
  }

  /// The configuration that a file has.
  func configuration(of file: Int) -> Int { places[file] }

  /// The names of a configuration's groups.
  func groups(of configuration: Int) -> [String] {
    places.firstIndex(of: configuration).map { all[$0].groups } ?? []
  }

  /// The group of a configuration that has the name of a group of the scenario's own file; `nil` if it has none.
  func group(_ group: GroupID, in configuration: Int) -> GroupID? {
    guard group.index < all[0].groups.count else { return nil }
    return groups(of: configuration).firstIndex(of: all[0].groups[group.index]).map { GroupID($0) }
  }

  /// The file that a reload brings.
  func file(of reload: Reload) -> Int {
    guard let file = all.firstIndex(of: reload.farm) else {
      preconditionFailure("a reload that the scenario does not have")
    }
    return file
  }

  /// The first configuration whose settings meet a condition. - Precondition: there is one.
  func configuration(where isMeant: (Settings) -> Bool) -> Int {
    guard let place = tables.firstIndex(where: { isMeant($0.settings) }) else {
      preconditionFailure("settings that no file of the scenario has")
    }
    return place
  }

  /// Whether some file has checkers.
  var haveCheckers: Bool { all.contains { !$0.checkers.isEmpty } }
  /// Whether some file has `notify:`.
  var haveNotify: Bool { all.contains { $0.notify != nil } }
}
