/// Which node each bucket of a group belongs to, as a pure function of the nodes that serve and their weights.
///
/// Everything that depends on the configuration alone is computed once, here; equal configurations give equal
/// tables on every node. It knows nothing of owners: who accepts a bucket *now* is in the filters' ``BucketSet``s.
///
/// | policy | how | a leave moves | weights |
/// |---|---|---|---|
/// | `preference` | the first that serves of a balanced list a bucket | the leaver's buckets only | quotas |
/// | `priority` | the first that serves of one list, in configured order | the leaver's only | as below |
/// | `rendezvous` | the highest of pseudo-random scores | the leaver's only | on average |
/// | `modulo` | buckets dealt out in turn | `(N-1)/N` of all | turns |
/// | `contiguous` | runs of neighbours, in the order of ids | about half | lengths |
/// | `scaled` | `bucket * live / buckets` | exactly half for the first or last node, less in between | 0 or not |
/// | `maglev` | see ``Maglev`` | the leaver's and some | turns |
///
/// With the first three a runtime weight below the configured one makes a node skip a fixed share of its buckets:
/// of those it heads an exact share, rounded up; of those it inherits each by hash. If all that serve skip a
/// bucket, the first of them gets it, so every bucket has a target while a node of weight above 0 serves (S7).
/// The others use runtime weights as they are.
///
/// When the configuration gains a node at its end, `preference` with equal weights moves exactly the new node's
/// share; with different weights it can be a few more. ``Movement`` counts them. A node's buckets *after a
/// failure* are not kept over such a change.
public struct TargetTable: Sendable {
  /// No target.
  public static let none: UInt8 = 255

  public let group: GroupSettings
  public let nodeCount: Int
  /// `nil` for the policies without lists.
  let lists: PreferenceLists?

  /// - Parameter nodeCount: configured nodes, 1 to 64.
  /// - Complexity: with `preference` about 0.1 s for 4096 buckets and 64 nodes and 20 ms for 1024 and 32 in an
  ///   optimised build: build a table once a configuration. Copies share the storage, a byte a bucket and node.
  public init(group: GroupSettings, nodeCount: Int) {
    precondition(nodeCount >= 1 && nodeCount <= 64, "a farm has 1 to 64 nodes")
    precondition(group.bucketCount >= 1 && group.bucketCount <= 4096, "a group has 1 to 4096 buckets")
    self.group = group
    self.nodeCount = nodeCount
    lists =
      switch group.policy {
      case .preference: .balanced(group, nodeCount: nodeCount)
      case .priority: .priority(group, nodeCount: nodeCount)
      case .rendezvous: .rendezvous(group, nodeCount: nodeCount)
      case .modulo, .contiguous, .scaled, .maglev: nil
      }
  }

  /// Writes each bucket's target: a node id, or 255 if no node of weight above 0 serves.
  /// - Parameters:
  ///   - serving: the nodes that may be targets. Those that are not configured are ignored.
  ///   - weights: runtime weights by node id, counted up to the configured ones. Missing entries are as configured.
  ///   - targets: replaced by one entry a bucket; its storage is used again.
  public func targets(serving: NodeSet, weights: [UInt16], into targets: inout [UInt8]) {
    targets.removeAll(keepingCapacity: true)
    let usable = usable(serving, weights)
    if usable.isEmpty {
      for _ in 0..<group.bucketCount { targets.append(TargetTable.none) }
    } else if let lists {
      lookUp(lists, usable, weights, &targets)
    } else {
      compute(usable, weights, &targets)
    }
  }

  /// The runtime weight of a node, at most its configured one.
  func weight(of node: NodeID, _ weights: [UInt16]) -> Int {
    let configured = group.weight(of: node)
    return Int(node.index < weights.count ? min(weights[node.index], configured) : configured)
  }

  private func usable(_ serving: NodeSet, _ weights: [UInt16]) -> NodeSet {
    var usable = NodeSet.empty
    for node in serving.intersection(NodeSet(first: nodeCount)) where weight(of: node, weights) > 0 {
      usable.insert(node)
    }
    return usable
  }
}
