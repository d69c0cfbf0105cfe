import Synchronization

/// Reads the counters of a table on any thread: with many groups that takes the kernel some milliseconds, too long for
/// a loop that has heartbeats to read.
///
/// It belongs to the network namespace of the thread that made it.
final class CounterReader: Sendable {
  private let table: String
  private let nft: Mutex<Nftables>

  init(table: String) throws(FilterError) {
    self.table = table
    nft = Mutex(try Nftables())
  }

  /// The kernel's counters, in packets, by name.
  func read() throws(FilterError) -> [String: UInt64] {
    try nft.withLock { nft throws(FilterError) in try Self.read(nft, table) }
  }

  /// The same by the caller's own context.
  static func read(_ nft: Nftables, _ table: String) throws(FilterError) -> [String: UInt64] {
    let text = try nft.run("list counters table inet \(table)\n")
    var counts: [String: UInt64] = [:]
    var name: Substring?
    for line in text.split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count >= 2, words[0] == "counter" { name = words[1] }
      if words.count >= 2, words[0] == "packets", let counter = name, let packets = UInt64(words[1]) {
        counts[String(counter), default: 0] += packets
      }
    }
    return counts
  }
}
