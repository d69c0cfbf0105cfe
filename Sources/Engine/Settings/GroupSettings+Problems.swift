extension GroupSettings {
  /// Adds what is wrong with the group of this number. - Parameter nodeCount: `nil` if that is wrong itself.
  func addProblems(group i: Int, nodeCount: Int?, into problems: inout [SettingsProblem]) {
    let hasBuckets = problems.require(
      bucketCount, in: 1...Limits.maximumBuckets, .group(i, .bucketCount))
    if hasBuckets, policy == .maglev, !GroupSettings.isPrime(bucketCount) {
      problems.append(
        SettingsProblem(
          path: .group(i, .bucketCount), seen: "\(bucketCount)",
          expected: "a prime for maglev, the nearest being \(GroupSettings.primesAround(bucketCount))"))
    }
    guard let nodeCount else { return }
    guard weights.count <= nodeCount else {
      problems.append(
        SettingsProblem(
          path: .group(i, .weights), seen: "\(weights.count) weights",
          expected: "one for each node, at most \(nodeCount)"))
      return
    }
    for node in weights.indices {
      problems.require(
        Int(weights[node]), in: 0...Int(Limits.maximumWeight), .group(i, .weight(node)))
    }
    // Nodes without a weight have the default, so only a full list can be all 0.
    var total = weights.count < nodeCount ? Int(GroupSettings.defaultWeight) : 0
    for weight in weights { total += Int(weight) }
    problems.require(
      total > 0, .group(i, .weights), seen: "0 for every node", expected: "a node above 0 that serves")
  }

  /// Whether Maglev's table can have this size: its permutations step through the table by any number below
  /// the size, and meet every place only if the size is prime (Maglev, NSDI 2016, section 3.4).
  static func isPrime(_ n: Int) -> Bool {
    if n < 2 { return false }
    var divisor = 2
    while divisor * divisor <= n {
      if n % divisor == 0 { return false }
      divisor += 1
    }
    return true
  }

  /// The primes next to a number that is not one, as far as groups may be that large: `251 or 257`.
  private static func primesAround(_ n: Int) -> String {
    var below = n
    while below > 1, !isPrime(below) { below -= 1 }
    var above = n
    while above <= Limits.maximumBuckets, !isPrime(above) { above += 1 }
    if below < 2 { return "\(above)" }
    return above > Limits.maximumBuckets ? "\(below)" : "\(below) or \(above)"
  }
}
