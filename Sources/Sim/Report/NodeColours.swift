import Engine

/// Which nodes have a colour of their own, the same in every chart of a report.
///
/// In a farm of up to eight nodes each has one. In a larger farm the nodes that faults strike and those that gained or
/// lost the most buckets have one. The others share a quiet tone, so that what happened stands out.
struct NodeColours {
  /// By node: its index in ``ChartTheme/owners``; `nil` for the quiet tone.
  private let places: [Int?]
  private let names: [String]

  /// - Parameters:
  ///   - struck: nodes that faults of the run name.
  ///   - moves: by node, how many buckets it gained or lost. Nodes beyond the end moved none.
  init(names: [String], struck: NodeSet, moves: [Int]) {
    self.names = names
    let most = ChartTheme.owners.count
    guard names.count > most else {
      places = Array(names.indices)
      return
    }
    func count(_ node: Int) -> Int { node < moves.count ? moves[node] : 0 }
    // If faults strike more nodes than there are colours, only moves decide.
    let isFew = struck.count <= most
    let chosen = names.indices.filter { count($0) > 0 || struck.contains(NodeID($0)) }
      .sorted { a, b in
        let (first, second) = (isFew && struck.contains(NodeID(a)), isFew && struck.contains(NodeID(b)))
        if first != second { return first }
        return count(a) == count(b) ? a < b : count(a) > count(b)
      }
      .prefix(most).sorted()
    var places = [Int?](repeating: nil, count: names.count)
    for (place, node) in chosen.enumerated() { places[node] = place }
    self.places = places
  }

  /// For one run. `histories` are those of its groups.
  init(_ scenario: Scenario, _ histories: [OwnershipHistory], end: Instant) {
    var moves = [Int](repeating: 0, count: scenario.nodes.count)
    for history in histories {
      for (node, count) in history.movesByNode.enumerated() where node < moves.count { moves[node] += count }
    }
    let struck = scenario.faults.filter { .zero + $0.at <= end }.reduce(NodeSet.empty) {
      $0.union($1.kind.nodes)
    }
    self.init(names: scenario.nodes, struck: struck, moves: moves)
  }

  /// Whether a node has a colour of its own.
  func isNamed(_ node: Int) -> Bool { node < places.count && places[node] != nil }

  /// The tone to draw a node's share with.
  func tone(of node: Int) -> ChartTheme.Tone {
    node < places.count
      ? places[node].map { ChartTheme.owners[$0].fill } ?? ChartTheme.others : ChartTheme.others
  }

  /// The tone of words on a node's share.
  func ink(of node: Int) -> ChartTheme.Tone {
    node < places.count ? places[node].map { ChartTheme.owners[$0].text } ?? ChartTheme.ink : ChartTheme.ink
  }

  func name(of node: Int) -> String { names.indices.contains(node) ? names[node] : "node\(node + 1)" }

  /// How many nodes share the quiet tone.
  var others: Int { places.count { $0 == nil } }

  /// `57 other nodes`.
  var othersName: String { Readable.count(others, "other node") }

  /// Nodes with a colour lie below the others.
  func rank(of node: Int) -> Int { isNamed(node) ? 0 : 1 }
}
