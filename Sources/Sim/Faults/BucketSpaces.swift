import Engine
import FarmFile

/// What buckets mean over all configurations of a run.
///
/// A *space* is a group's place, its number of buckets and its seed: as long as none of them changes, a bucket of it is
/// the same one for every node. A *layout* is the spaces of a configuration's groups in their order. Nearly every run
/// has one layout. A reload of other groups brings another, and there are kernels of both while the farm switches.
/// The groups of the scenario's own file are the first spaces, so in that file a group and its space have one number.
struct BucketSpaces: Sendable {
  struct Space: Sendable, Hashable {
    var group: Int
    var bucketCount: Int
    var hashSeed: UInt32
  }

  private(set) var all: [Space] = []
  /// The spaces of each layout, by group.
  private(set) var layouts: [[Int]] = []
  /// By configuration.
  private(set) var layoutOf: [Int] = []

  init(_ configurations: [Settings]) {
    for settings in configurations {
      let layout = settings.ownershipGroups.enumerated().map { g, group in
        let space = Space(group: g, bucketCount: group.bucketCount, hashSeed: group.hashSeed)
        if let known = all.firstIndex(of: space) { return known }
        all.append(space)
        return all.count - 1
      }
      if !layouts.contains(layout) { layouts.append(layout) }
      layoutOf.append(layouts.firstIndex(of: layout) ?? 0)
    }
  }

  var bucketCounts: [Int] { all.map(\.bucketCount) }

  /// Whether a bucket means the same in all configurations.
  var areOne: Bool { layouts.count == 1 }

  /// The spaces of a configuration's groups.
  func spaces(of configuration: Int) -> [Int] { layouts[layoutOf[configuration]] }

  /// Whether a bucket means the same in two configurations.
  func areSame(_ a: Int, _ b: Int) -> Bool { layoutOf[a] == layoutOf[b] }

  /// By space: whether a layout has it.
  func members(of layout: Int) -> [Bool] { all.indices.map { layouts[layout].contains($0) } }

  /// The space in which a match finds buckets.
  func space(of match: RuleMatch) -> Int {
    let space = Space(
      group: match.group.index, bucketCount: match.bucketCount, hashSeed: match.hashSeed)
    guard let place = all.firstIndex(of: space) else {
      preconditionFailure("a match of no configuration")
    }
    return place
  }
}

extension Scenario {
  /// The names of the spaces: their groups' names. A later space of a name that is taken adds what is new in it.
  var spaceNames: [String] {
    spaceLabels.map { label in label.detail.map { "\(label.group) (\($0))" } ?? label.group }
  }

  /// By space: its group's name, and what is new in it if an earlier space has that name.
  var spaceLabels: [(group: String, detail: String?)] {
    let spaces = BucketSpaces(configurations)
    let files = files
    var labels: [(group: String, detail: String?)] = []
    for (s, space) in spaces.all.enumerated() {
      let file = files.first { file in
        let groups = file.settings.ownershipGroups
        return space.group < groups.count && groups[space.group].bucketCount == space.bucketCount
          && groups[space.group].hashSeed == space.hashSeed
      }
      let groups = file?.groups ?? []
      let name = space.group < groups.count ? groups[space.group] : "unmatched traffic"
      let isNew =
        s >= farm.settings.ownershipGroups.count
        && labels.contains { $0.group == name && $0.detail == nil }
      let detail =
        space.hashSeed == 0
        ? "\(space.bucketCount) buckets" : "\(space.bucketCount) buckets, seed \(space.hashSeed)"
      labels.append((name, isNew ? detail : nil))
    }
    return labels
  }
}
