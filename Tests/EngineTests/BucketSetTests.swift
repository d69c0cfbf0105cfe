import Engine
import Testing

@Suite struct BucketSetTests {
  @Test(arguments: [1, 2, 63, 64, 65, 256, 4096])
  func aSetHoldsWhatWasPutInAtBothEndsOfEveryCapacity(capacity: Int) {
    var set = BucketSet(capacity: capacity)
    #expect(set.isEmpty)
    set.insert(Bucket(capacity - 1))
    set.insert(Bucket(0))
    #expect(set.contains(Bucket(0)) && set.contains(Bucket(capacity - 1)))
    #expect(set.count == min(capacity, 2))
    set.remove(Bucket(0))
    #expect(!set.contains(Bucket(0)))
    #expect(set.isEmpty == (capacity == 1))
    #expect(BucketSet.all(capacity: capacity).count == capacity)
    set.removeAll()
    #expect(set == BucketSet(capacity: capacity))
  }

  @Test func unionIntersectionAndDifferenceAreThoseOfLists() {
    let (a, b) = (set([0, 3, 63, 64, 99]), set([3, 64, 65]))
    var result = a
    result.formUnion(b)
    #expect(result == set([0, 3, 63, 64, 65, 99]))
    result = a
    result.formIntersection(b)
    #expect(result == set([3, 64]))
    result = a
    result.subtract(b)
    #expect(result == set([0, 63, 99]))
    #expect(result.isDisjoint(with: b))
    #expect(!a.isDisjoint(with: b))
  }

  @Test func theBucketsOfAllNodesAreDisjointAndTogetherAllOfThem() {
    let targets = Tables.targets(.preference, buckets: 100, nodes: 3)
    var union = BucketSet(capacity: 100)
    for n in 0..<3 {
      let own = BucketSet(targets: targets, node: NodeID(n))
      #expect(union.isDisjoint(with: own))
      union.formUnion(own)
    }
    #expect(union == .all(capacity: 100))
    #expect(BucketSet(targets: [255, 255], node: NodeID(63)).isEmpty)
  }

  private func set(_ buckets: [Int]) -> BucketSet {
    var set = BucketSet(capacity: 100)
    for b in buckets { set.insert(Bucket(b)) }
    return set
  }
}
