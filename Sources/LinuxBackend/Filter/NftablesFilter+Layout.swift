import Engine

/// What the table looks like, in our text and in the kernel's.
extension NftablesFilter {
  /// Whether a listing is that of such a table, of whatever name.
  static func made(_ listing: String) -> Bool {
    ["set \(FilterNames.lease) {", "set \(FilterNames.layout) {", "counter \(FilterNames.noLease) {"]
      .allSatisfy(listing.contains)
  }

  /// Takes a table away, if it is there.
  static func removal(of table: String) -> String { "add table inet \(table)\ndelete table inet \(table)\n" }

  /// The commands that make the table anew, whether or not there is one.
  func fresh(owned: [BucketSet], resets: [BucketSet], lease: Lease?) -> String {
    var text = Self.removal(of: table) + compiled.table(named: table)
    for i in owned.indices {
      text += owned[i].command("add", set: FilterNames.owned(i), in: table)
      text += resets[i].command("add", set: FilterNames.resets(i), in: table)
    }
    return text + (lease?.element(in: table) ?? "")
  }

  /// Performs a transaction and keeps count of the ruleset's generation: if it rose by more than our own
  /// transaction, somebody else's came between.
  func transact(_ text: String) throws(FilterError) {
    try nft.run(text)
    guard let before = generation else { return }
    let now = try? kernel.generation()
    generation = now == next(before) ? now : nil
  }

  /// The kernel leaves out 0 when the number overflows.
  private func next(_ generation: UInt32) -> UInt32 { generation == .max ? 1 : generation + 1 }

  /// Notes how the kernel shows the rules just loaded, and leaves the digest of both in the table for a process
  /// that adopts it. Failing is no error of the transaction before: ``repairIfEdited()`` then makes the table
  /// anew, and nobody adopts it.
  func recordLayout() {
    layout = nil
    generation = nil
    guard let before = try? kernel.generation(), let shown = try? nft.layout(of: table) else { return }
    generation = before
    let digest = layoutDigest(shown)
    guard (try? transact("add element inet \(table) \(FilterNames.layout) { \(digest) }\n")) != nil else {
      return
    }
    layout = shown
  }

  /// Tells whether the rules in the kernel are those that this configuration compiles to, and as they were loaded.
  func layoutDigest(_ shown: String) -> UInt32 {
    FlowHash.hash(Array((compiled.table(named: table) + shown).utf8), seed: 0)
  }
}
