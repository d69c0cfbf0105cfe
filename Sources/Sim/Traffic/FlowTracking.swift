import Engine

/// Which TCP flows the nodes' kernels track, as counts by node, group and bucket.
///
/// When a kernel forgets all its flows, a new generation begins here; the flows find out at their next segment. A flow
/// leaves tracking when its FIN or reset is accepted: the entry that a kernel keeps for late duplicates is not counted,
/// since no client needs it.
struct FlowTracking: Sendable {
  /// How long a kernel keeps the entry of a silent flow. Flows of the model send more often than that, as with
  /// keep-alive.
  static let idle = Duration.seconds(3600)

  private let bucketCounts: [Int]
  /// By group: `[node * bucketCount + bucket]`.
  private var counts: [[UInt32]]
  /// By `group * 64 + node`.
  private var totals: [Int]
  private(set) var generations: [UInt16]
  /// By node: the generations that ended because the node failed.
  private var failures: [[UInt16]]

  init(nodeCount: Int, bucketCounts: [Int]) {
    self.bucketCounts = bucketCounts
    counts = bucketCounts.map { [UInt32](repeating: 0, count: $0 * nodeCount) }
    totals = [Int](repeating: 0, count: bucketCounts.count * 64)
    generations = [UInt16](repeating: 0, count: 64)
    failures = [[UInt16]](repeating: [], count: 64)
  }

  mutating func add(_ node: Int, group: Int, bucket: Int) {
    counts[group][node &* bucketCounts[group] &+ bucket] += 1
    totals[group &* 64 &+ node] += 1
  }

  mutating func remove(_ node: Int, group: Int, bucket: Int) {
    counts[group][node &* bucketCounts[group] &+ bucket] -= 1
    totals[group &* 64 &+ node] -= 1
  }

  /// Whether the node that established a flow still tracks it.
  @inline(__always) func holds(_ flow: FlowRecord) -> Bool {
    generations[Int(flow.node)] == flow.generation
  }

  /// Whether a flow that is no longer tracked was lost by a failure of its node.
  func lostByFailure(_ flow: FlowRecord) -> Bool { failures[Int(flow.node)].contains(flow.generation) }

  /// A node's kernel forgets everything.
  mutating func forget(_ node: NodeID, hasFailed: Bool) {
    if hasFailed { failures[node.index].append(generations[node.index]) }
    precondition(generations[node.index] < .max, "a node forgets its flows at most 65,534 times")
    generations[node.index] += 1
    for g in counts.indices where totals[g * 64 + node.index] > 0 {
      totals[g * 64 + node.index] = 0
      let start = node.index * bucketCounts[g]
      for i in start..<(start + bucketCounts[g]) { counts[g][i] = 0 }
    }
  }

  /// How many flows a node tracks, of all groups.
  func count(_ node: NodeID) -> Int {
    counts.indices.reduce(0) { $0 + Int(totals[$1 * 64 + node.index]) }
  }

  /// Counts the flows that a node tracks in a group, inside and outside the buckets that its filter owns.
  /// - Parameters:
  ///   - owned: by bucket, the nodes that own it.
  ///   - flows: of the group; replaced.
  /// - Complexity: O(buckets), O(buckets / 64) when it tracks none; nothing is allocated.
  func count(_ node: NodeID, group: Int, owned: [UInt64], into flows: inout TrackedFlows) {
    flows.bucketsOutside.removeAll()
    (flows.inside, flows.outside) = (0, 0)
    if totals[group * 64 + node.index] == 0 { return }
    let start = node.index * bucketCounts[group]
    for b in owned.indices {
      let count = Int(counts[group][start + b])
      if count == 0 { continue }
      if owned[b] >> UInt64(node.rawValue) & 1 == 1 {
        flows.inside += count
      } else {
        flows.outside += count
        flows.bucketsOutside.insert(Bucket(b))
      }
    }
  }
}
