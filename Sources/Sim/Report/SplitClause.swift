import Engine
import FarmFile

/// Nodes that had taken buckets that others served too, while clients reached only one side.
struct SplitClause {
  let told: ToldTrial

  /// `nil` if no such state lasted until the next edge of the fault plan or the end of the run.
  func text() -> String? {
    let all = told.result.outcome.groups.reduce(0) { $0 + $1.bucketCount }
    var widest: (stretch: Stretch, count: Int)?
    for stretch in told.result.outcome.stretches {
      let count = sum(stretch.unreached).reduce(0, +)
      // Buckets that no other node serves are an outage, which another clause tells.
      guard count > 0, sum(stretch.owned).reduce(0, +) == all else { continue }
      if count > widest?.count ?? 0 { widest = (stretch, count) }
    }
    guard let widest, let cause = widest.stretch.causes.first else { return nil }
    let (owned, beyond) = (sum(widest.stretch.owned), sum(widest.stretch.unreached))
    let happened = told.words.happened(cause.fault, isEnd: cause.isEnd)
    let serving = names(owned.indices.filter { owned[$0] > 0 })
    let idle = beyond.indices.filter { beyond[$0] > 0 }
    let extent =
      widest.count >= all ? "all \(Readable.count(all, "bucket"))" : Readable.count(widest.count, "bucket")
    return
      "\(since(widest.stretch, cause)) \(happened) at \(Readable.moment(widest.stretch.from)), \(serving) served all clients; "
      + "\(names(idle)) had \(extent) too, but no client reached \(idle.count == 1 ? "it" : "them")"
  }

  /// `from 499 ms after`: until then some buckets had owners on the other side alone.
  private func since(_ stretch: Stretch, _ cause: Stretch.Cause) -> String {
    let rebalance = told.result.rebalances.first {
      $0.at == stretch.from && $0.fault == cause.fault && $0.isEnd == cause.isEnd && $0.healthy == nil
    }
    guard let rebalance, let total = rebalance.total, total > .zero else { return "after" }
    return rebalance.isOver ? "from \(Readable.time(rebalance.since + total)) after" : "some time after"
  }

  private func names(_ nodes: [Int]) -> String {
    told.few(nodes) ?? Readable.count(nodes.count, "node")
  }

  private func sum(_ groups: [[Int]]) -> [Int] {
    groups.reduce(into: [Int](repeating: 0, count: groups.first?.count ?? 0)) { sums, group in
      for n in sums.indices { sums[n] += group[n] }
    }
  }
}
