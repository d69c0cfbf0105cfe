import ArgumentParser
import Engine
import FarmFile

/// What to look up in a farm's bucket tables: for which rule, and with which nodes down.
public struct OwnerOptions: ParsableArguments, Sendable {
  @Option(help: ArgumentHelp("A node that is down; can be given several times.", valueName: "node"))
  public var down: [String] = []

  @Option(
    help: ArgumentHelp("Which rule, when there are several: 80, udp/53 or its name.", valueName: "port"))
  public var rule: String?

  public init() {}

  /// - Parameter file: the farm's file, for messages.
  /// - Throws: ``ExitReason/usage``, after a line that names what the farm does not have.
  public func lookup(in farm: Farm, file: String) throws -> OwnerLookup {
    OwnerLookup(farm: farm, rule: try chosenRule(in: farm), down: try downNodes(of: farm, file: file))
  }

  /// The client that an operator typed.
  /// - Throws: ``ExitReason/usage`` if it is not a client, or has no port although the rule needs one.
  public static func client(_ text: String, for lookup: OwnerLookup) throws -> Client {
    guard let client = Client(text) else {
      throw ExitReason.usage.refusing(
        "'\(text)' is no client: expected ADDRESS or ADDRESS:PORT, IPv6 in brackets")
    }
    guard client.hasPort || !lookup.needsPort else {
      throw ExitReason.usage.refusing(
        "'\(text)': the rule's identity has the client's port: give ADDRESS:PORT")
    }
    return client
  }

  private func chosenRule(in farm: Farm) throws -> Int {
    switch RuleChoice.index(rule, in: farm) {
    case .success(let index): return index
    case .failure(let complaint): throw ExitReason.usage.refusing(complaint.line)
    }
  }

  private func downNodes(of farm: Farm, file: String) throws -> NodeSet {
    var set = NodeSet.empty
    for name in down {
      guard let index = farm.nodes.firstIndex(of: name) else {
        throw ExitReason.usage.refusing("--down \(name): no such node in \(file)\(hint(name, of: farm))")
      }
      set.insert(NodeID(index))
    }
    return set
  }

  private func hint(_ name: String, of farm: Farm) -> String {
    let parts = name.split { $0 == "," || $0 == " " }
    if parts.count > 1 { return "; expected " + parts.map { "--down \($0)" }.joined(separator: " ") }
    if let nearest = NearestName.of(name, among: farm.nodes) { return "; did you mean '\(nearest)'?" }
    return
      "; expected one of \(farm.nodes.prefix(8).joined(separator: ", "))\(farm.nodes.count > 8 ? ", ..." : "")"
  }
}
