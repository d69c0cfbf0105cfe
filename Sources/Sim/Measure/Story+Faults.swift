import Engine
import FarmFile

/// The lines for the beginnings and ends of faults. ``FaultWords`` has the sentence of each kind.
extension Story {
  /// A fault begins or ends.
  /// - Parameter starts: the state of the nodes that it starts; `nil` if its description does not depend on it.
  mutating func fault(_ kind: FaultKind, isEnd: Bool, starts: NodeStarts?, at now: Instant) {
    guard isKept else { return }
    func say(_ nodes: NodeSet, _ text: String) {
      if nodes.isEmpty && !kind.nodes.isEmpty { return }
      add(now, nodes.count == 1 ? nodes.first : nil, .fault, text)
    }
    let isPlain = if case .reload = kind { starts?.running.isEmpty != false } else { starts == nil }
    guard !isPlain, let starts else { return say(kind.nodes, isEnd ? ending(kind) : beginning(kind)) }
    let (running, are) = (list(starts.running), starts.running.count > 1)
    if case .reload(_, let reload) = kind {
      return say(starts.running, beginning(.reload(starts.running, reload)))
    }
    switch kind.traits.ends {
    case .never:
      say(starts.running, "\(running) \(are ? "are" : "is") told to start, but still \(are ? "run" : "runs")")
    case .resume: say(starts.running, "\(running) \(are ? "are" : "is") told to resume")
    case .start, .back: say(starts.running, "\(running) \(are ? "run" : "runs") already")
    }
    for (nodes, word) in [(starts.new, "started"), (starts.others, "started again")] {
      say(nodes, "\(list(nodes)) \(nodes.count > 1 ? "are" : "is") \(word)")
    }
  }

  private func beginning(_ kind: FaultKind) -> String { sentences.sentence(kind, isEnd: false) }
  private func ending(_ kind: FaultKind) -> String { sentences.sentence(kind, isEnd: true) }
  private var sentences: FaultWords<Story> { FaultWords(names: self, tense: .present) }
}

extension Story: FaultNames {
  /// `node1`, `{node2, node3}`
  func side(_ nodes: NodeSet) -> String {
    nodes.count == 1 ? list(nodes) : "{\(nodes.map { name($0) }.joined(separator: ", "))}"
  }
}
