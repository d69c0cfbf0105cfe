import Engine
import FarmFile

/// The farm files that the nodes of a run come to have, the scenario's own first, and the configurations in them.
struct FarmFiles: Sendable {
  let all: [Farm]
  /// What every start of a node shares: by configuration, the file's own first.
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

  /// Which configuration a file has.
  func configuration(of file: Int) -> Int { places[file] }

  /// The names of a configuration's groups.
  func groups(of configuration: Int) -> [String] {
    places.firstIndex(of: configuration).map { all[$0].groups } ?? []
  }

  /// A group of the scenario's own file by its name in another configuration; `nil`: that has none of the name.
  func group(_ group: GroupID, in configuration: Int) -> GroupID? {
    guard group.index < all[0].groups.count else { return nil }
    return groups(of: configuration).firstIndex(of: all[0].groups[group.index]).map { GroupID($0) }
  }

  /// Which file a reload has.
  func file(of reload: Reload) -> Int {
    guard let file = all.firstIndex(of: reload.farm) else {
      preconditionFailure("a reload that the scenario does not have")
    }
    return file
  }

  /// Which configuration is meant.
  func configuration(where isMeant: (Settings) -> Bool) -> Int {
    guard let place = tables.firstIndex(where: { isMeant($0.settings) }) else {
      preconditionFailure("settings that no file of the scenario has")
    }
    return place
  }

  /// Whether some node's application may be looked at.
  var haveCheckers: Bool { all.contains { !$0.checkers.isEmpty } }
  /// Whether somebody may be told of events.
  var haveNotify: Bool { all.contains { $0.notify != nil } }
}
