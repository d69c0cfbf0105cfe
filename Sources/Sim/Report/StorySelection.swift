import Engine

/// The lines of a run's story that a report shows: what was done to the farm, who took over, and what surprised.
///
/// A story may have thousands of lines, most of them of daemons that start. The start is one line here. After it each
/// fault has its first few lines, weighed by what they are about; of many faults those with the longest rebalances
/// are shown. Everything left out is counted.
struct StorySelection {
  /// In order of time.
  private(set) var entries: [TimelineEntry]
  /// Lines that are not shown.
  let omitted: Int
  /// Faults and ends of faults that are not shown, of all that there were.
  let omittedFaults: Int
  let faults: Int

  /// Lines, and faults and ends among them, that a reader takes in.
  static let (most, mostFaults) = (40, 20)
  /// Faults that are shown if there are more: the fewer, the more room is for what followed each.
  static let longestFaults = 10
  /// Lines of the same kind after one fault.
  private static let mostOfAKind = 6

  /// - Parameters:
  ///   - story: all lines, in order of time.
  ///   - formed: when every bucket had an owner for the first time; `nil` if never.
  ///   - rebalances: which faults took longest.
  init(_ story: [TimelineEntry], formed: Instant?, rebalances: [Rebalance]) {
    var kept = [Bool](repeating: false, count: story.count)
    let faults = story.indices.filter { story[$0].kind == .fault }
    let shownFaults = StorySelection.longest(faults, story, rebalances)
    for i in shownFaults { kept[i] = true }
    // The start is told by one line, but for what surprises.
    let firstFault = faults.first.map { story[$0].at }
    let started = formed.map { formed in story.prefix { $0.at <= formed }.count } ?? 0
    let opening = formed.flatMap { formed in
      firstFault.map { formed < $0 } ?? true
        ? TimelineEntry(
          at: formed, node: nil, kind: .ownership,
          text: "the farm has formed: every bucket has an owner") : nil
    }
    let skipped = opening == nil ? 0 : started
    var room = StorySelection.most - shownFaults.count
    let candidates = StorySelection.candidates(
      story, shownFaults: Set(shownFaults), hasFaults: !faults.isEmpty, from: skipped)
    for i in candidates where room > 0 {
      kept[i] = true
      room -= 1
    }
    entries = story.indices.filter { kept[$0] }.map { story[$0] }
    if let opening {
      entries.insert(opening, at: entries.firstIndex { $0.at > opening.at } ?? entries.count)
    }
    omitted = story.count - kept.count { $0 }
    self.faults = faults.count
    omittedFaults = faults.count - shownFaults.count
  }

  /// Of many faults those that the longest rebalances began with, in order of time.
  private static func longest(
    _ faults: [Int], _ story: [TimelineEntry], _ rebalances: [Rebalance]
  ) -> [Int] {
    guard faults.count > mostFaults else { return faults }
    func length(_ index: Int) -> Duration {
      rebalances.filter { $0.at == story[index].at }.compactMap(\.total).max() ?? .zero
    }
    let lengths = faults.map(length)
    let order = faults.indices.sorted { a, b in
      lengths[a] == lengths[b] ? a < b : lengths[a] > lengths[b]
    }
    return order.prefix(longestFaults).sorted().map { faults[$0] }
  }

  /// The other lines, the most telling first: alarms, losses, moves of buckets, then the rest, each kind in order of
  /// time. After a fault that is not shown only alarms are told.
  private static func candidates(
    _ story: [TimelineEntry], shownFaults: Set<Int>, hasFaults: Bool, from start: Int
  ) -> [Int] {
    var ranked: [(weight: Int, place: Int, index: Int)] = []
    var isShown = true
    var counts: [TimelineEntry.Kind: Int] = [:]
    for (i, entry) in story.enumerated() {
      if entry.kind == .fault {
        isShown = shownFaults.contains(i)
        counts = [:]
        continue
      }
      let isAlarm = entry.kind == .alarm
      guard i >= start || isAlarm, isShown || isAlarm else { continue }
      let place = counts[entry.kind, default: 0]
      counts[entry.kind] = place + 1
      guard place < mostOfAKind else { continue }
      ranked.append((weight(entry.kind), place, i))
    }
    return ranked.sorted { ($0.weight, $0.place, $0.index) < ($1.weight, $1.place, $1.index) }.map(\.index)
  }

  private static func weight(_ kind: TimelineEntry.Kind) -> Int {
    switch kind {
    case .fault, .alarm: 0
    case .loss: 1
    case .ownership: 2
    case .view: 3
    case .life: 4
    case .told: 5
    }
  }
}
