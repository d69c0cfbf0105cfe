/// How often buckets changed their owner, if an expectation asks for it.
struct MoveClause {
  let told: ToldTrial

  /// `nil` if no expectation asks for it, or nothing could move a bucket.
  func text() -> String? {
    let isAsked = told.scenario.expectations.contains { $0.measure.name.hasPrefix("buckets_moved") }
    guard isAsked, let moved = told.measured(.bucketsMoved) else { return nil }
    let (count, least) = (told.count(.bucketsMoved), told.count(.bucketsMovedMinimum))
    let returned = told.count(.bucketsMovedThereAndBack)
    let back =
      returned == 0
      ? ""
      : ", and \(Readable.count(returned, "bucket"))\(count == 0 ? "" : " more") went to another node and back"
    if count == 0 {
      return moved.isCensored
        ? nil : "no bucket moved to another node\(returned == 0 ? "" : " for good")\(back)"
    }
    let all = (moved.isCensored ? "at least " : "") + Readable.count(count)
    let rest = count - least
    let words = rest == 0 ? "which is the fewest possible" : "\(Readable.count(rest)) of them without need"
    return
      "\(all) \(count == 1 ? "bucket" : "buckets") moved to another node, summed over all \(told.nouns.many), \(words)\(back)"
  }
}
