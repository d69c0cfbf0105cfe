import Engine

/// The layout of the table, in this program's text and in the kernel's listing.
extension NftablesFilter {
  /// Whether a listing shows such a table, whatever its name.
  static func made(_ listing: String) -> Bool {
    ["set \(FilterNames.lease) {", "set \(FilterNames.layout) {", "counter \(FilterNames.noLease) {"]
      .allSatisfy(listing.contains)
  }

  /// Removes a table if it exists.
  static func removal(of table: String) -> String { "add table inet \(table)\ndelete table inet \(table)\n" }

  /// The commands that make the table anew, whether it exists or not.
  func fresh(owned: [BucketSet], resets: [BucketSet], lease: Lease?) -> String {
    var text = Self.removal(of: table) + compiled.table(named: table)
    for i in owned.indices {
      text += owned[i].command("add", set: FilterNames.owned(i), in: table)
      text += resets[i].command("add", set: FilterNames.resets(i), in: table)
    }
    return text + (lease?.element(in: table) ?? "")
  }

  /// Performs a transaction and follows the ruleset's generation. If the generation rose by more than this one
  /// transaction, somebody else's came between, and the generation becomes unknown.
  func transact(_ text: String) throws(FilterError) {
    try nft.run(text)
    guard let before = generation else { return }
    let now = try? kernel.generation()
    generation = now == next(before) ? now : nil
  }

  /// The kernel skips 0 when the number overflows.
  private func next(_ generation: UInt32) -> UInt32 { generation == .max ? 1 : generation + 1 }

  /// Notes how the kernel shows the rules just loaded, and leaves the digest of both in the table for a process that
  /// adopts it. A failure here does not fail the transaction before: ``repairIfEdited()`` then makes the table anew,
  /// and no process adopts it.
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

  /// A digest that is equal only if the kernel shows the rules of this configuration, as they were loaded.
  func layoutDigest(_ shown: String) -> UInt32 {
    FlowHash.hash(Array((compiled.table(named: table) + shown).utf8), seed: 0)
  }
}
