import Engine
import FarmFile
import Sim

/// Faults in the words of a scenario file.
struct FaultSpelling {
  let farm: Farm

  /// One entry of the `faults:` block. - Precondition: a kind that ``FaultDraw`` draws.
  func entry(_ fault: Fault) -> String {
    var words = ["at: \(fault.at.text)"]
    if let until = fault.until { words.append("for: \((until - fault.at).text)") }
    words.append("\(fault.kind.key): \(value(fault.kind))")
    return "{" + words.joined(separator: ", ") + "}"
  }

  /// A mishap in the words of a comment.
  func note(_ mishap: Mishap) -> String {
    var words = "at \(mishap.at.text)"
    if let until = mishap.until { words += " for \((until - mishap.at).text)" }
    words += ": \(mishap.kind.word)"
    if let node = mishap.kind.node { words += " of \(farm.nodes[node.index])" }
    if case .shortPath(_, let network) = mishap.kind { words += " to \(farm.networks[network.index])" }
    return words
  }

  private func value(_ kind: FaultKind) -> String {
    switch kind {
    case .crash(let n), .restart(let n), .leave(let n), .stall(let n), .kill(let n), .upgrade(let n): nodes(n)
    case .drain(let n, let deadline, _):
      deadline.map { "{nodes: \(nodes(n)), deadline: \($0.text)}" } ?? nodes(n)
    case .pairCut(let a, let b, let on): "{left: \(nodes(a)), right: \(nodes(b)), network: \(networks(on))}"
    case .oneWayCut(let a, let b, let on): "{from: \(nodes(a)), to: \(nodes(b)), network: \(networks(on))}"
    case .bridge(let a, let b, let by, let on):
      "{left: \(nodes(a)), right: \(nodes(b)), by: \(nodes(by)), network: \(networks(on))}"
    case .partition(let sides, let on):
      "{sides: [\(sides.map { nodes($0) }.joined(separator: ", "))], network: \(networks(on))}"
    case .loss(let on, _, .independent(let share)?, _):
      "{network: \(networks(on)), downlink: \(Int((share * 100).rounded())) %}"
    case .interfaceDown(let n, let on): "{node: \(nodes(n)), network: \(networks(on))}"
    case .networkDown(let on): networks(on)
    default: preconditionFailure("a kind that is not drawn: \(kind.key)")
    }
  }

  private func nodes(_ set: NodeSet) -> String { list(set.map { farm.nodes[$0.index] }) }
  private func networks(_ set: NetworkSet) -> String {
    list(farm.networks.indices.filter { set.contains(NetworkID($0)) }.map { farm.networks[$0] })
  }
  private func list(_ names: [String]) -> String { "[" + names.joined(separator: ", ") + "]" }
}
