import Engine

extension BucketSet {
  /// The commands that add this set's elements that `old` lacks to a kernel set, and delete those that only `old` has.
  func changes(from old: BucketSet, set: String, in table: String) -> String {
    var new = self
    var gone = old
    new.subtract(old)
    gone.subtract(self)
    return gone.command("delete", set: set, in: table) + new.command("add", set: set, in: table)
  }

  /// One command with all the buckets as elements; empty if there are none.
  func command(_ verb: String, set: String, in table: String) -> String {
    guard !isEmpty else { return "" }
    let elements = (0..<capacity).filter { contains(Bucket($0)) }.map { String($0) }
    return "\(verb) element inet \(table) \(set) { \(elements.joined(separator: ", ")) }\n"
  }

  /// Reads a kernel set.
  /// - Returns: `nil` if an element is no bucket of the group, or has a time-out.
  init?(_ elements: [NftablesKernel.Element], capacity: Int) {
    self.init(capacity: capacity)
    for element in elements {
      guard element.expiresIn == nil, element.key < UInt32(capacity) else { return nil }
      insert(Bucket(Int(element.key)))
    }
  }
}
