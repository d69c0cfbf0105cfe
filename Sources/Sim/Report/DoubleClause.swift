/// Whether two nodes answered for the same bucket, for how long, and what that did to packets.
struct DoubleClause {
  let told: ToldTrial

  /// - Parameter isAsked: whether it is worth a word that there were none.
  func text(isAsked: Bool) -> String? {
    guard let longest = told.measured("double_owner_time.longest"), longest.value > 0 else {
      return isAsked ? "no bucket had two owners at any time" : nil
    }
    let length = Readable.time(longest.value)
    let time = longest.isCensored ? "for at least \(length)" : "for up to \(length)"
    let twice = told.count("packets_twice")
    let packets =
      twice == 0
      ? "" : ", and \(Readable.count(twice, "packet")) \(twice == 1 ? "was" : "were") accepted twice"
    return "two nodes answered for the same bucket \(time)\(packets)"
  }
}
