import Engine
import FarmFile

/// The file that the lab's daemons read: the scenario's farm with the lab's own `linux:` block.
struct NodeFile {
  static let name = "farm.yaml"
  static let keyName = "key"

  let addresses: LabAddresses

  /// The text, or what is wrong with it.
  /// - Parameter text: of the scenario file.
  func text(scenario text: String, overrides: [Override]) throws(LabError) -> String {
    let all = overrides + [Override(path: "linux", value: linuxBlock)]
    switch DaemonFile.read(text: text, file: "the scenario", overrides: all) {
    case .success(let file): return file.text + "\n"
    case .failure(let problems):
      throw LabError(problems.problems.map(\.description).joined(separator: "\n"))
    }
  }

  /// Where nodes differ, each is told by itself, see ``overrides(for:)``.
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
      "metrics: 'no'",
      "gateway: \(quoted(addresses.gateway.text))",
    ]
    return "{\(entries.joined(separator: ", "))}"
  }

  /// The folders of one node.
  func overrides(for node: NodeID) -> [Override] {
    let folder = "\(LabHouse.folder)/node\(node.index)"
    return [
      Override(path: "linux.run_directory", value: folder),
      Override(path: "linux.state_directory", value: folder + ".state"),
    ]
  }

  /// Where a node's daemon listens for commands.
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
