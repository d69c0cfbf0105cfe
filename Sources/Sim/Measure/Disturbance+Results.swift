import Engine

extension [Disturbance] {
  /// The results of disturbances, in order of time, with the first packets that `firstAcceptance` knows of.
  /// - Parameters:
  ///   - end: of the run.
  ///   - handingOver: nodes that have been told to drain and still own buckets: their drain is not over.
  func rebalances(end: Instant, handingOver: NodeSet, firstAcceptance: (Int) -> Instant?) -> [Rebalance] {
    var results: [Rebalance] = []
    for (place, disturbance) in enumerated() {
      var found = disturbance.rebalances(end: end, handingOver: handingOver)
      if found[0].decision != nil, isMixed(place) { found[0].decision = nil }
      if found[0].isOver, found[0].total != nil, let since = disturbance.mendedAt {
        let first = disturbance.watches.compactMap(firstAcceptance).min()
        if let first {
          if first >= since { found[0].firstPacket = first - since }
        } else if !disturbance.watches.isEmpty {
          found[0].firstPacketSoFar = end - since
        }
      }
      results += found
    }
    return results.sorted { a, b in
      a.at != b.at ? a.at < b.at : (a.isEnd ? 0 : 1, a.fault) < (b.isEnd ? 0 : 1, b.fault)
    }
  }

  /// Whether the last commit of a disturbance came when a later one had been answered too.
  private func isMixed(_ place: Int) -> Bool {
    guard let mended = self[place].mendedAt else { return false }
    for other in self[(place + 1)...] {
      if other.at > mended { return false }
      if self[place].isDecided(with: other) { return true }
    }
    return false
  }
}
