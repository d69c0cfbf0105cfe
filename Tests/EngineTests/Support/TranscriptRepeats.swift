/// What a transcript leaves out because it has been written before, counted for each machine.
struct TranscriptRepeats {
  enum Kind: String, CaseIterable {
    case says, hears
    /// A heartbeat that came on another network first, or that is the node's own.
    case ignores
    case renews = "renews its lease"
    case relays = "repeats to others"
    case alarms = "raises the alarm"
  }

  private var counts: [Int: [Kind: Int]] = [:]

  mutating func count(_ kind: Kind, of machine: Int) { counts[machine, default: [:]][kind, default: 0] += 1 }

  /// The counts since the last call, as one text for each machine that has any, in order.
  mutating func take() -> [(machine: Int, text: String)] {
    defer { counts = [:] }
    return counts.sorted { $0.key < $1.key }.map { machine, counted in
      let words = Kind.allCases.compactMap { kind in counted[kind].map { "\(kind.rawValue) \($0)" } }
      return (machine, words.joined(separator: ", "))
    }
  }
}
