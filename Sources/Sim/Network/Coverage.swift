import Engine

/// Which nodes' kernel filters accept what, at an instant: the farm as a packet sees it.
///
/// One word a bucket holds the nodes that own it, so a packet costs O(1) and not O(nodes). It changes only when a
/// filter commits, a lease starts or ends, a machine comes or goes, or the network brings clients to other nodes;
/// packets between two such events are handled in one tight loop. ``World/verify()`` asks every filter instead and must
/// get the same answers.
public struct Coverage: Sendable {
  /// By space and bucket: the nodes whose filter has the bucket in its owned set. The number of a space is its group's,
  /// unless a reload changes the groups: see ``BucketSpaces``.
  public private(set) var owned: [[UInt64]]
  /// By space and bucket: the nodes whose filter resets the bucket's unknown segments.
  public private(set) var resets: [[UInt64]]
  /// Nodes that run and whose lease runs: without it a filter accepts nothing.
  public var open: NodeSet
  /// Nodes that get the frames clients send.
  public var reachable: NodeSet
  /// Nodes whose answers get to clients.
  public var heard: NodeSet

  public init(bucketCounts: [Int]) {
    owned = bucketCounts.map { [UInt64](repeating: 0, count: $0) }
    resets = owned
    open = .empty
    reachable = .empty
    heard = .empty
  }

  /// The nodes that accept what they own: open and reachable.
  @inlinable public var listening: UInt64 { open.bits & reachable.bits }

  /// The nodes that accept a new flow or datagram of a bucket.
  @inlinable public func accepting(_ group: GroupID, _ bucket: Bucket) -> NodeSet {
    Filter.decide(
      .udp, owned: NodeSet(bits: owned[group.index][bucket.index]), reach: NodeSet(bits: listening)
    ).accepting
  }

  /// The nodes that clients of a bucket get answers from: they accept it and are heard.
  func serving(_ group: GroupID, _ bucket: Bucket) -> NodeSet {
    accepting(group, bucket).intersection(heard)
  }

  /// Whether a bucket has owners but clients get answers from none of them, because the network does not bring packets
  /// there or answers back.
  func isUnreached(_ group: GroupID, _ bucket: Bucket) -> Bool {
    owned[group.index][bucket.index] & open.bits != 0 && serving(group, bucket).isEmpty
  }

  /// The nodes whose filters have a bucket but whose answers no client gets.
  func unreached(_ group: GroupID, _ bucket: Bucket) -> NodeSet {
    NodeSet(bits: owned[group.index][bucket.index] & open.bits & ~(reachable.bits & heard.bits))
  }

  /// By space, by node: the buckets that its filter has though no client gets an answer from it.
  func unreachedCounts(nodeCount: Int) -> [[Int]] {
    let beyond = open.bits & ~(reachable.bits & heard.bits)
    return owned.map { buckets in
      var counts = [Int](repeating: 0, count: nodeCount)
      if beyond == 0 { return counts }
      for word in buckets { for node in NodeSet(bits: word & beyond) { counts[node.index] += 1 } }
      return counts
    }
  }

  /// Copies what a node's filter holds after a commit.
  public mutating func commit(_ state: FilterState, of node: NodeID) {
    let bit: UInt64 = 1 << UInt64(node.rawValue)
    for g in owned.indices {
      for b in owned[g].indices {
        let bucket = Bucket(b)
        if state.owned[g].contains(bucket) { owned[g][b] |= bit } else { owned[g][b] &= ~bit }
        if state.resets[g].contains(bucket) { resets[g][b] |= bit } else { resets[g][b] &= ~bit }
      }
    }
  }

  /// Copies the differences between two states of a node's filter and appends the buckets that it gained or lost.
  /// - Parameter spaces: of the states' groups.
  /// - Complexity: O(buckets / 64 + differences).
  mutating func commit(
    from old: FilterState, to new: FilterState, of node: NodeID, spaces: [Int],
    changed: inout [BucketOfGroup]
  ) {
    let bit: UInt64 = 1 << UInt64(node.rawValue)
    for (g, s) in spaces.enumerated() {
      for w in new.owned[g].words.indices {
        var differing = old.owned[g].words[w] ^ new.owned[g].words[w]
        while differing != 0 {
          let b = w * 64 + differing.trailingZeroBitCount
          differing &= differing - 1
          owned[s][b] ^= bit
          changed.append(BucketOfGroup(group: GroupID(s), bucket: Bucket(b)))
        }
        differing = old.resets[g].words[w] ^ new.resets[g].words[w]
        while differing != 0 {
          resets[s][w * 64 + differing.trailingZeroBitCount] ^= bit
          differing &= differing - 1
        }
      }
    }
  }
}

/// A bucket and its space: see ``BucketSpaces``.
struct BucketOfGroup: Sendable, Hashable, BitwiseCopyable {
  var group: GroupID
  var bucket: Bucket
}
