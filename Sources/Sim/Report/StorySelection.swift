import Engine

/// The lines of a run's story that a report shows: what was done to the farm, which node took over, and what is
/// unexpected.
///
/// A story may have thousands of lines, most of them about daemons that start. The start is one line here. After it
/// each fault has its first few lines, ordered by what they are about. Of many faults those with the longest rebalances
/// are shown. If a node takes buckets from several others one after the other, the claims become one line with their
/// sum. Everything left out is counted.
struct StorySelection {
  /// In order of time.
  private(set) var entries: [TimelineEntry]
  /// Lines of the farm's start that are not shown, later ones that are not shown, and the time of the last of these.
  let omittedAtStart: Int
  let omittedLater: Int
  let lastOmitted: Instant?
  /// Faults and ends of faults that are not shown, and how many there were in all.
  let omittedFaults: Int
  let faults: Int

  var omitted: Int { omittedAtStart + omittedLater }

  /// The most lines, and among them the most faults and ends, that a reader can take in.
  static let (most, mostFaults) = (40, 20)
  /// How many faults are shown if there are more: with fewer faults each has more lines.
  static let longestFaults = 10
  /// The most lines of a kind after one fault.
  private static let mostOfAKind = 6
  /// Claims with less time than this between them become one line.
  private static let moment = Duration.seconds(1)

  /// One line to show, and the places in the story of the lines that it stands for.
  private struct Line {
    var entry: TimelineEntry
    var places: [Int]
    var last: Instant
  }

  /// - Parameters:
  ///   - story: all lines, in order of time.
  ///   - formed: when every bucket had an owner for the first time; `nil` if never.
  ///   - rebalances: which faults took longest.
  init(_ story: [TimelineEntry], formed: Instant?, rebalances: [Rebalance]) {
    let lines = StorySelection.merged(story)
    let all = lines.map(\.entry)
    var kept = [Bool](repeating: false, count: all.count)
    let faults = all.indices.filter { all[$0].kind == .fault }
    let shownFaults = StorySelection.longest(faults, all, rebalances)
    for i in shownFaults { kept[i] = true }
    // One line tells of the start. Unexpected lines stay.
    let told = all.firstIndex { $0.node == nil && $0.text == Story.formed }
    let start = told.map { all[$0].at } ?? formed
    let isFirst = start.map { start in faults.first.map { start < all[$0].at } ?? true } ?? false
    let skipped = isFirst ? all.prefix { $0.at <= start ?? .zero }.count : 0
    if let told { kept[told] = true }
    var room = StorySelection.most - shownFaults.count
    let candidates = StorySelection.candidates(
      all, shownFaults: Set(shownFaults), from: skipped)
    for tier in candidates {
      let more = tier.lines.filter { !kept[$0] }
      // Steps and other news are shown for all faults or for none.
      if tier.weight >= StorySelection.news, more.count > room { break }
      for i in more.prefix(room) { kept[i] = true }
      room -= min(room, more.count)
    }
    entries = all.indices.filter { kept[$0] }.map { all[$0] }
    if told == nil, isFirst, let start {
      let opening = TimelineEntry(at: start, node: nil, kind: .ownership, text: Story.formed)
      entries.insert(opening, at: entries.firstIndex { $0.at > start } ?? entries.count)
    }
    for more in StorySelection.restOfClaims(lines, kept, from: skipped, shownFaults: Set(shownFaults)) {
      entries.insert(more, at: entries.firstIndex { $0.at > more.at } ?? entries.count)
    }
    let left = all.indices.filter { !kept[$0] }
    // If a fault came before the farm had formed, the lines up to that time still count as its start.
    let begun = isFirst ? skipped : told ?? 0
    omittedAtStart = left.filter { $0 < begun }.reduce(0) { $0 + lines[$1].places.count }
    omittedLater = left.filter { $0 >= begun }.reduce(0) { $0 + lines[$1].places.count }
    lastOmitted = left.last { $0 >= begun }.map { lines[$0].last }
    self.faults = faults.count
    omittedFaults = faults.count - shownFaults.count
  }

  /// Joins claims of one node for the same reason within a second, unless a fault came or a node was missed in between.
  private static func merged(_ story: [TimelineEntry]) -> [Line] {
    var lines: [Line] = []
    var start = 0
    for (place, entry) in story.enumerated() {
      if entry.kind == .fault || entry.kind == .loss { start = lines.count + 1 }
      let same = entry.claim.flatMap { claim in
        lines.indices.last { i in
          guard i >= start, let other = lines[i].entry.claim else { return false }
          return lines[i].entry.node == entry.node && other.group == claim.group
            && other.reason == claim.reason
            && entry.at - lines[i].last < moment
        }
      }
      guard let same, let claim = entry.claim, let before = lines[same].entry.claim else {
        lines.append(Line(entry: entry, places: [place], last: entry.at))
        continue
      }
      lines[same].entry.claim?.count += claim.count
      lines[same].places.append(place)
      lines[same].last = entry.at
      lines[same].entry.text = lines[same].entry.text.replacing(
        " \(buckets(before.count)) of ", with: " \(buckets(before.count + claim.count)) of ")
    }
    return lines.map { line in
      guard line.last - line.entry.at >= .milliseconds(10) else { return line }
      var line = line
      line.entry.text += " until \(Readable.clock(line.last))"
      return line
    }
  }

  private static func buckets(_ count: Int) -> String { count == 1 ? "1 bucket" : "\(count) buckets" }

  /// One line about the claims that have no room, for each shown fault and for the time before any.
  private static func restOfClaims(_ lines: [Line], _ kept: [Bool], from start: Int, shownFaults: Set<Int>)
    -> [TimelineEntry]
  {
    var rest: [TimelineEntry] = []
    var isShown = true
    var left: (last: Instant, lines: Int, buckets: Int)?
    func close() -> [TimelineEntry] {
      guard let left else { return [] }
      let more = left.lines == 1 ? "1 more such line" : "\(Readable.count(left.lines)) more such lines"
      return [
        TimelineEntry(
          at: left.last, node: nil, kind: .ownership,
          text: "\(more) in events.csv, of \(Readable.count(left.buckets, "bucket"))")
      ]
    }
    for (i, line) in lines.enumerated() {
      if line.entry.kind == .fault {
        rest += close()
        (left, isShown) = (nil, shownFaults.contains(i))
      }
      guard i >= start, isShown, !kept[i], let claim = line.entry.claim else { continue }
      left = (line.last, (left?.lines ?? 0) + line.places.count, (left?.buckets ?? 0) + claim.count)
    }
    return rest + close()
  }

  /// If there are many faults, those with the longest rebalances, in order of time.
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

  /// The other lines, the most important first: alarms, losses, moves of buckets, then the rest. Within a kind the
  /// first line after each fault comes before the second, each in order of time. After a fault that is not shown only
  /// alarms are told.
  private static func candidates(
    _ story: [TimelineEntry], shownFaults: Set<Int>, from start: Int
  ) -> [(weight: Int, lines: [Int])] {
    var ranked: [(weight: Int, place: Int, index: Int)] = []
    var isShown = true
    var counts: [Int: Int] = [:]
    for (i, entry) in story.enumerated() {
      if entry.kind == .fault {
        isShown = shownFaults.contains(i)
        counts = [:]
        continue
      }
      let isAlarm = entry.kind == .alarm
      guard i >= start || isAlarm, isShown || isAlarm else { continue }
      let weight = weight(entry)
      let place = counts[weight, default: 0]
      counts[weight] = place + 1
      guard place < mostOfAKind else { continue }
      ranked.append((weight, place, i))
    }
    var tiers: [(weight: Int, lines: [Int])] = []
    var last = (weight: -1, place: 0)
    for line in ranked.sorted(by: { ($0.weight, $0.place, $0.index) < ($1.weight, $1.place, $1.index) }) {
      if (line.weight, line.place) != (last.weight, last.place) { tiers.append((line.weight, [])) }
      tiers[tiers.count - 1].lines.append(line.index)
      last = (line.weight, line.place)
    }
    return tiers
  }

  /// From this weight on, lines are steps and other news.
  private static let news = 3

  /// The smaller, the more important. Steps on the way to something come last.
  private static func weight(_ entry: TimelineEntry) -> Int {
    let weight =
      switch entry.kind {
      case .fault, .alarm: 0
      case .loss: 1
      case .ownership: 2
      case .view: 3
      case .life: 4
      case .told: 5
      }
    return entry.isMinor ? 6 + weight : weight
  }
}
