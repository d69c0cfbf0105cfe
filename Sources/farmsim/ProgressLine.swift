import Foundation

/// One drawing of a progress bar, as a pure function of its fields: how far, how long yet, how fast.
struct ProgressLine {
  /// Simulated seconds so far and in all.
  var simulated: Double
  var total: Double
  var events: UInt64
  /// Seconds since the work began.
  var elapsed: Double
  /// Columns of the terminal.
  var width: Int
  var hasColour: Bool

  /// At most `width - 1` columns, so that no terminal wraps the line.
  var text: String {
    let share = total > 0 ? min(max(simulated / total, 0), 1) : 0
    let percent = "\(Int((share * 100).rounded(.down))) %"
    let facts = [percent, left(share), rate].compactMap { $0 }
    let columns = max(width - 1, 0)
    // On a narrow terminal the least important fact goes first.
    for count in stride(from: facts.count, through: 1, by: -1) {
      let words = facts.prefix(count).joined(separator: "  ")
      let room = columns - words.count - 2
      if room >= 10 { return bar(share, columns: min(room, 40)) + "  " + words }
      if words.count <= columns { return words }
    }
    return ""
  }

  private var rate: String? {
    guard elapsed > 0 else { return nil }
    return
      "\(Self.short(simulated / elapsed)) simulated s/s, \(Self.short(Double(events) / elapsed)) events/s"
  }

  private func left(_ share: Double) -> String? {
    guard share > 0 else { return nil }
    let seconds = Int((elapsed * (1 - share) / share).rounded(.up))
    return seconds < 60 ? "\(seconds) s left" : "\(seconds / 60) min \(seconds % 60) s left"
  }

  private func bar(_ share: Double, columns: Int) -> String {
    let full = Int(Double(columns) * share)
    let (done, rest) = (String(repeating: "#", count: full), String(repeating: ".", count: columns - full))
    return hasColour ? "\u{1b}[32m\(done)\u{1b}[0m\(rest)" : done + rest
  }

  /// Three digits and a letter: `1.25M`.
  static func short(_ x: Double) -> String {
    for (limit, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where x >= limit {
      return String(format: "%.3g", x / limit) + letter
    }
    return String(format: "%.3g", x)
  }
}
