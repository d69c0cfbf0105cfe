/// Whole shares in proportion to weights.
enum Apportionment {
  /// Divides a number of buckets by largest remainder; ties go to the lower index.
  ///
  /// Every share is its exact quota rounded down or up, and the shares sum to `total`.
  /// - Parameter weights: at least one is above 0.
  static func shares(of total: Int, weights: [Int]) -> [Int] {
    var sum = 0
    for w in weights { sum += w }
    precondition(sum > 0, "nobody to share with")
    var shares: [Int] = []
    var remainders: [Int] = []
    var left = total
    for w in weights {
      shares.append(total * w / sum)
      remainders.append(total * w % sum)
      left -= total * w / sum
    }
    while left > 0 {
      var best = 0
      for i in remainders.indices where remainders[i] > remainders[best] { best = i }
      shares[best] += 1
      remainders[best] = -1
      left -= 1
    }
    return shares
  }
}
