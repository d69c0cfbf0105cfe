import Engine
import Testing

@testable import Sim

@Suite struct CoverageTests {
  /// The quick way (differences alone) and the plain one (every bucket) give the same masks, and the differences
  /// named are the buckets whose mask changed.
  @Test func differencesGiveTheSameMasksAsAWholeCommit() {
    let counts = [1, 64, 100]
    var dice = RandomStream(seed: 1, trial: 0, entity: 0, purpose: .test)
    func draw() -> FilterState {
      var state = VirtualFilter(bucketCounts: counts).state
      for g in counts.indices {
        for b in 0..<counts[g] {
          if dice.bernoulli(0.3) { state.owned[g].insert(Bucket(b)) }
          if dice.bernoulli(0.1) { state.resets[g].insert(Bucket(b)) }
        }
      }
      return state
    }
    var (quick, plain) = (Coverage(bucketCounts: counts), Coverage(bucketCounts: counts))
    var states = [FilterState](repeating: VirtualFilter(bucketCounts: counts).state, count: 5)
    for _ in 0..<200 {
      let n = Int(dice.bounded(5))
      let (next, before) = (draw(), quick.owned)
      var changed: [BucketOfGroup] = []
      quick.commit(from: states[n], to: next, of: NodeID(n), spaces: Array(counts.indices), changed: &changed)
      plain.commit(next, of: NodeID(n))
      states[n] = next
      #expect(quick.owned == plain.owned && quick.resets == plain.resets)
      var differing: [BucketOfGroup] = []
      for g in counts.indices {
        for b in 0..<counts[g] where before[g][b] != quick.owned[g][b] {
          differing.append(BucketOfGroup(group: GroupID(g), bucket: Bucket(b)))
        }
      }
      #expect(changed == differing)
    }
  }

  @Test func onlyNodesThatAreOpenAndReachedAccept() {
    var coverage = Coverage(bucketCounts: [2])
    var state = VirtualFilter(bucketCounts: [2]).state
    state.owned[0].insert(Bucket(1))
    for n in 0..<3 { coverage.commit(state, of: NodeID(n)) }
    coverage.open = NodeSet(bits: 0b011)
    coverage.reachable = NodeSet(bits: 0b110)
    #expect(coverage.accepting(GroupID(0), Bucket(1)) == NodeSet(bits: 0b010))
    #expect(coverage.accepting(GroupID(0), Bucket(0)) == .empty)
  }
}
