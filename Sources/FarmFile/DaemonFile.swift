import Engine

/// What a daemon reads of a file: the farm, and how it runs on Linux. The blocks of the simulator are skipped, so any
/// scenario file with a `linux:` block will do.
public struct DaemonFile: Sendable {
  public var farm: Farm
  public var linux: LinuxSettings
  /// The part of the file that was read, overrides included, as YAML of one line: reading it gives the same again.
  public var text: String

  public init(farm: Farm, linux: LinuxSettings, text: String) {
    self.farm = farm
    self.linux = linux
    self.text = text
  }

  /// Reads a file.
  /// - Parameters:
  ///   - path: of the file; `-` for standard input.
  ///   - overrides: values that replace the file's own before anything is checked.
  ///   - needsRules: whether a farm without rules is a mistake.
  ///   - isGuarded: whether the file, or one that it includes, is refused if other users may write it; see
  ///     ``FileGuard``.
  public static func read(
    path: String, overrides: [Override] = [], needsRules: Bool = false, isGuarded: Bool = false
  ) -> Result<DaemonFile, FileProblems> {
    .reading(path: path, isGuarded: isGuarded) {
      read(text: $0, file: path, overrides: overrides, needsRules: needsRules, isGuarded: isGuarded)
    }
  }

  /// Reads the text of a file.
  /// - Parameter file: the file's name for problems.
  public static func read(
    text: String, file: String, overrides: [Override] = [], needsRules: Bool = false, isGuarded: Bool = false
  ) -> Result<DaemonFile, FileProblems> {
    .parsing(
      text: text, file: file, overrides: overrides, blocks: "a 'farm:' and a 'linux:' block",
      isGuarded: isGuarded
    ) { parse($0, needsRules: needsRules, $1) }
  }

  private static func parse(_ root: YAMLNode, needsRules: Bool, _ log: ProblemLog) -> DaemonFile? {
    let reader = YAMLReader(root, name: "file", log: log)
    guard let keys = reader.keys(of: FileSection.file) else { return nil }
    let farmReader = keys.required("farm", expected: "a 'farm:' block")
    let linuxReader = keys.required("linux", expected: "a 'linux:' block: where its nodes are")
    guard let farmReader else { return nil }
    let networks = ConfiguredNetworks(keys["networks"])
    let block = FarmBlock(farmReader, networks: networks.purposes)
    if needsRules { block.requireRules(farmReader) }
    guard let linuxReader else { return nil }
    let linux = LinuxSettings(linuxReader, block: block, networks: networks)
    var farm = block.farm
    if log.isEmpty { farm.settings.surroundings = FileKeys.shared(farm, linux).digest }
    return DaemonFile(farm: farm, linux: linux, text: daemonText(of: root))
  }

  /// The blocks that a daemon reads.
  private static func daemonText(of root: YAMLNode) -> String {
    guard case .mapping(let entries) = root.content else { return root.flowText }
    let used = entries.filter { ["farm", "networks", "linux"].contains($0.key) }
    return YAMLNode(place: root.place, content: .mapping(used)).flowText
  }
}
