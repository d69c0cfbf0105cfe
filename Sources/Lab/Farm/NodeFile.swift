import Engine
import FarmFile

/// The file of the lab's daemons: the scenario's farm with the lab's own `linux:` block.
///
/// All daemons read one file. What differs between nodes, such as folders and names of processes, is given to each on
/// its command line, see ``overrides(for:)``.
struct NodeFile {
  static let name = "farm.yaml"
  static let keyName = "key"

  let addresses: LabAddresses
  let checks: LabChecks
  /// Where each daemon serves its metrics; `no` for nowhere.
  var metrics = "no"

  /// The text of the file.
  /// - Parameters:
  ///   - text: the text of the scenario file.
  ///   - file: its path, which paths of included files are relative to.
  ///   - rules: more rules, which come after those of the file.
  /// - Throws: the problems of the resulting file.
  func text(
    scenario text: String, file: String, overrides: [Override], rules: [FilterRule] = []
  ) throws(LabError) -> String {
    let log = ProblemLog(file: file)
    guard var root = YAMLDocument(text: text, log: log)?.root else { throw LabError(log) }
    root.prepare(overrides: overrides + [Override(path: "linux", value: linuxBlock)], log: log)
    if !rules.isEmpty { root.append(rules.map { rule($0) }, toListAt: ["farm", "rules"], log: log) }
    guard log.isEmpty else { throw LabError(log) }
    switch DaemonFile.read(text: root.flowText, file: log.file) {
    case .success(let file): return file.text + "\n"
    case .failure(let problems):
      throw LabError(problems.problems.map(\.description).joined(separator: "\n"))
    }
  }

  private func rule(_ rule: FilterRule) -> String {
    let group = quoted(addresses.farm.groups[rule.group.index])
    let port = rule.ports.map { "\($0.first)-\($0.last)" }.joined(separator: ", ")
    return
      "{protocol: \(rule.transport), port: [\(port)], group: \(group), identity: \(rule.identity.fileText)}"
  }

  /// The same for all nodes. What differs is in ``overrides(for:)``.
  var linuxBlock: String {
    let networks = addresses.networks
    let interfaces = networks.map {
      "\(quoted(addresses.farm.networks[$0.index])): \(addresses.interface($0))"
    }
    let nodes = addresses.nodes.map { node in
      let own = networks.map {
        "\(quoted(addresses.farm.networks[$0.index])): \(quoted(addresses.dedicated($0, node).text))"
      }
      return "\(quoted(addresses.farm.nodes[node.index])): {\(own.joined(separator: ", "))}"
    }
    let entries = [
      "interfaces: {\(interfaces.joined(separator: ", "))}",
      "addresses: {\(nodes.joined(separator: ", "))}",
      "key_file: \(LabHouse.folder)/\(NodeFile.keyName)",
      "metrics: \(quoted(metrics))",
      "gateway: \(quoted(addresses.gateway.text))",
    ]
    return "{\(entries.joined(separator: ", "))}"
  }

  /// A node's folders, and what its checks and commands are about.
  func overrides(for node: NodeID) -> [Override] {
    let folder = "\(LabHouse.folder)/node\(node.index)"
    return [
      Override(path: "linux.run_directory", value: folder),
      Override(path: "linux.state_directory", value: folder + ".state"),
    ] + checks.overrides(for: node) + untold
  }

  /// Turns notifications off: the people whom a real farm notifies must not hear of a lab.
  private var untold: [Override] {
    addresses.farm.notify == nil ? [] : [Override(path: "farm.notify", value: "null")]
  }

  /// The socket on which a node's daemon listens for commands.
  func socket(of node: NodeID) -> String { "\(LabHouse.folder)/node\(node.index)/farmd.sock" }

  /// 32 random bytes.
  static var key: String {
    (0..<32).map { _ in
      let byte = UInt8.random(in: 0...255)
      return (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined() + "\n"
  }

  private func quoted(_ text: String) -> String { "\"\(text)\"" }
}

extension YAMLNode {
  /// Appends values, given as YAML, to a list. A single value counts as a list of one.
  fileprivate mutating func append(_ values: [String], toListAt path: ArraySlice<String>, log: ProblemLog) {
    guard let key = path.first else {
      var items: [YAMLNode] = []
      if case .list(let own) = content { items = own } else if !isNull { items = [self] }
      content = .list(items + values.compactMap { YAMLDocument(text: $0, log: log)?.root })
      return
    }
    guard case .mapping(var entries) = content else { return }
    guard let index = entries.firstIndex(where: { $0.key == key }) else { return }
    entries[index].value.append(values, toListAt: path.dropFirst(), log: log)
    content = .mapping(entries)
  }
}

extension LabError {
  /// All problems of a file, one line each.
  fileprivate init(_ log: ProblemLog) {
    self.init(log.problems.map(\.description).joined(separator: "\n"))
  }
}
