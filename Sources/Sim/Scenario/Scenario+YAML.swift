import Engine
import FarmFile

extension Scenario {
  /// Reads a scenario file.
  /// - Parameters:
  ///   - path: path of the file; `-` for standard input.
  ///   - overrides: values that replace the file's own before anything is checked.
  ///   - needsRules: whether a farm without rules is a problem.
  public static func read(
    path: String, overrides: [Override] = [], needsRules: Bool = false
  ) -> Result<Scenario, FileProblems> {
    .reading(path: path) { read(text: $0, name: path, overrides: overrides, needsRules: needsRules) }
  }

  /// Reads the text of a scenario file.
  /// - Parameter name: the file's name, for problems.
  public static func read(
    text: String, name: String, overrides: [Override] = [], needsRules: Bool = false
  ) -> Result<Scenario, FileProblems> {
    .parsing(text: text, file: name, overrides: overrides, blocks: "a 'farm:' block") { root, log in
      parse(root, text: text, name: name, needsRules: needsRules, log: log)
    }
  }

  private static func parse(
    _ root: YAMLNode, text: String, name: String, needsRules: Bool, log: ProblemLog
  ) -> Scenario? {
    let reader = YAMLReader(root, name: "scenario", log: log)
    guard let keys = reader.keys(of: ScenarioSection.scenario) else { return nil }
    guard let farmReader = keys.required("farm", expected: "a 'farm:' block") else { return nil }

    let networks = ConfiguredNetworks(keys["networks"])
    let block = FarmBlock(farmReader, networks: networks.purposes)
    // Only the daemon needs this block. It is checked here too, so that one file can serve both.
    if let linux = keys["linux"] { _ = LinuxSettings(linux, block: block, networks: networks) }
    let written = WrittenFarm(
      reader: farmReader, networks: networks, farm: block.farm, faults: keys["faults"])
    var names = ScenarioNames(
      nodes: written.everyNode(block.nodes), networks: networks.list, groups: block.groups,
      rules: block.rules, ownNodes: NodeSet(first: block.nodes.names.count))
    let before = log.count
    let run = RunPlan(keys["run"], heartbeat: block.farm.settings.heartbeat)
    // If the run could not be read its end is not known, and no fault comes after it.
    let end = log.count == before ? run : nil
    let lines = faults(keys["faults"], farm: written, names: names, run: end)
    let reloads = lines.compactMap(\.reload)
    names.bring(Reload.laterRules(reloads, farm: block.farm))
    if let traffic = keys["traffic"], traffic.node.content != .list([]) {
      if names.rules.names.isEmpty, names.rules.isComplete {
        traffic.report("clients of a farm without rules", expected: "'rules' in 'farm', such as [{port: 80}]")
      }
    } else if needsRules {
      block.requireRules(farmReader)
    }
    let scenario = Scenario(
      name: baseName(name), question: question(text),
      description: keys["description"]?.text(expected: "a sentence") ?? "", farm: block.farm,
      networks: networks.models(names), kernel: KernelModel(keys["kernel"]),
      traffic: keys["traffic"]?.itemsOrSelf(atMost: 256).compactMap {
        TrafficModel($0, farm: block.farm, names: names)
      } ?? [], faults: Fault.inOrder(lines.compactMap(\.fault)), run: run,
      expectations: keys["expect"].map(Expectation.all) ?? [],
      series: lines.filter { $0.fault == nil }.map(\.series), laterRules: names.laterRules,
      laterNodes: written.laterNodes,
      about: keys["about"]?.choice(Subject.allCases.map { ($0.rawValue, $0) }),
      yesCondition: yesCondition(yes: keys["yes_if"], no: keys["no_if"]))
    return scenario
  }

  private static func faults(
    _ reader: YAMLReader?, farm: WrittenFarm, names: ScenarioNames, run: RunPlan?
  ) -> [FaultLine] {
    guard let reader else { return [] }
    let end = run ?? RunPlan(duration: FaultLine.longest)
    let before = reader.log.count
    let lines = reader.itemsOrSelf(atMost: FaultSeries.most).compactMap {
      FaultLine($0, farm: farm, names: names, run: end)
    }
    // In a plan with unreadable entries the others would seem to contradict each other.
    if let run, reader.log.count == before, names.nodes.isComplete {
      FaultLine.check(lines, farm: farm.farm, names: names, run: run, log: reader.log)
    }
    return lines
  }

  /// The first comment line, without its sign.
  private static func question(_ text: String) -> String {
    let lines = text.split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
    guard let line = lines.first(where: { $0.hasPrefix("#") }) else { return "" }
    return line.drop { $0 == "#" || $0 == " " }.trimmed
  }

  /// The file's name without folders and ending.
  private static func baseName(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
    return String(file[..<dot])
  }
}

extension Substring {
  /// The text without blanks at its end.
  fileprivate var trimmed: String {
    var rest = self
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }
}
