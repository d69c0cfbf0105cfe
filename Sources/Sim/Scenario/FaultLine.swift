import Engine
import FarmFile

/// One entry of the `faults:` block: when, how often, how long, and exactly one kind.
///
/// Each entry becomes a ``FaultSeries``. If it happens once and at known times, it is also a ``fault`` of every trial.
/// `check(_:farm:names:run:log:)` then looks at all entries together: ``NodeFates`` finds what cannot happen,
/// ``FaultOverlaps`` what has no effect.
struct FaultLine {
  var series: FaultSeries
  var place: Place

  /// The fault, if it happens once and its times are known.
  var fault: Fault? {
    guard !series.isDrawn, series.gap == nil, let at = series.first.fixed else { return nil }
    return Fault(at: at, until: series.length?.fixed.map { at + $0 }, kind: series.turns[0])
  }

  var reload: Reload? { if case .reload(_, let reload) = series.turns[0] { reload } else { nil } }

  init?(_ reader: YAMLReader, farm: WrittenFarm, names: ScenarioNames, run: RunPlan) {
    guard let keys = reader.keys(of: ScenarioSection.fault) else { return nil }
    let before = reader.log.count
    let first = keys.required("at", expected: "a time since the start, such as 20 s").flatMap {
      FaultLine.first($0, run: run)
    }
    let gap = keys["every"].flatMap { FaultLine.gap($0) }
    var times = keys["times"]?.integer(in: 1...FaultSeries.most)
    let isInTurn = keys["in_turn"]?.flag() ?? false
    for key in ["times", "in_turn"] where keys["every"] == nil && (key == "times" ? times != nil : isInTurn) {
      keys[key]?.report("'\(key)' of a fault that happens once", expected: "'every' beside it")
    }
    var length = FaultLine.length(keys, first: first)
    guard let (kind, value) = keys.one(of: FaultKey.allCases.map(\.rawValue)),
      let key = FaultKey(rawValue: kind)
    else { return nil }
    if key.traits.ends == .never, let end = keys["for"] ?? keys["until"] {
      end.report("'\(kind)' happens at one time and has no end")
    }
    if key == .upgrade, keys["for"] == nil, keys["until"] == nil { length = .constant(Fault.upgradeTime) }
    let effect = FaultKind(key, value, farm: farm, names: names)
    guard let first, let effect, reader.log.count == before else { return nil }
    if case .reload(_, let reload) = effect, reload.farm.nodes.count > farm.farm.nodes.count,
      first.fixed == nil || keys["every"] != nil
    {
      value.report("a reload that brings nodes comes once, at a time that is known")
      return nil
    }
    var turns = [effect]
    if isInTurn, let flag = keys["in_turn"] {
      guard effect.of(.empty) != nil else {
        flag.report("'\(kind)' is not of single nodes, which could be taken in turn")
        return nil
      }
      turns = names.order(effect.nodes, in: value).compactMap { effect.of(NodeSet($0)) }
      times = times ?? turns.count
      if turns.isEmpty { return nil }
    }
    series = FaultSeries(turns: turns, first: first, gap: gap, times: times, length: length)
    place = keys.place(of: kind)
    if let times, let gap = gap?.fixed, let first = first.fixed {
      let last = Double(first.nanoseconds) + Double(times - 1) * Double(gap.nanoseconds)
      if last >= Double(run.duration.nanoseconds) {
        // Ten thousand gaps of a month exceed the range of a time.
        let time = last < 4.6e18 ? FaultLine.end(Duration(nanoseconds: Int64(last)), run: run) : nil
        (keys["times"] ?? keys["every"])?.report(
          "number \(times) of them comes "
            + (time.map { "at \($0)" } ?? "after the end of the run at \(run.duration.text)"))
        return nil
      }
    }
  }

  /// The longest run, and so the latest time in one.
  static let longest = Duration.seconds(30 * 86400)

  private static func first(_ reader: YAMLReader, run: RunPlan) -> DrawnTime? {
    guard let time = DrawnTime(reader, in: .zero...longest) else { return nil }
    if time.least >= run.duration {
      let least = time.fixed == nil ? " at the earliest" : ""
      reader.report("a fault at \(FaultLine.end(time.least, aside: least, run: run))")
      return nil
    }
    return time
  }

  /// A time at or after the end of the run, and how it relates to the end.
  private static func end(_ time: Duration, aside: String = "", run: RunPlan) -> String {
    let place =
      time == run.duration ? "where the run ends" : "after the end of the run at \(run.duration.text)"
    return "\(time.text)\(aside), \(place)"
  }

  private static func gap(_ reader: YAMLReader) -> DrawnTime? {
    guard let time = DrawnTime(reader, in: .zero...longest) else { return nil }
    if let fixed = time.fixed, fixed < FaultSeries.shortestGap {
      reader.report(
        "'every' is out of range: \(fixed.text)", expected: "at least \(FaultSeries.shortestGap.text)")
      return nil
    }
    return time
  }

  private static func length(_ keys: YAMLKeys, first: DrawnTime?) -> DrawnTime? {
    if let length = keys["for"] {
      if keys["until"] != nil { length.report("'for' and 'until' at once", expected: "one of them") }
      guard length.isMapping else {
        return length.duration(in: .nanoseconds(1)...longest).map { .constant($0) }
      }
      return DrawnTime(length, in: .zero...longest)
    }
    guard let end = keys["until"], let time = end.duration(in: .zero...longest) else { return nil }
    guard keys["every"] == nil, let first, let at = first.fixed else {
      if first != nil {
        end.report(
          "'until' of a fault whose beginning is not one known time", expected: "'for': how long it lasts")
      }
      return nil
    }
    if time <= at {
      end.report("until \(time.text) is not after the fault at \(at.text)")
      return nil
    }
    return .constant(time - at)
  }
}

extension FaultLine {
  /// Plays what the lines do to each node, without the farm, and reports what cannot happen. It does so once if all
  /// times are known, otherwise for up to 100 trials.
  static func check(_ lines: [FaultLine], farm: Farm, names: ScenarioNames, run: RunPlan, log: ProblemLog) {
    let isDrawn = lines.contains { $0.series.isDrawn }
    for trial in 0..<(isDrawn ? min(run.trials, 100) : 1) {
      let before = log.count
      let entries = entries(lines, run: run, trial: trial)
      if entries.count > FaultSeries.most {
        log.add(lines[0].place, "more than \(FaultSeries.most) faults", expected: "fewer, or a shorter run")
        return
      }
      NodeFates.check(
        entries, names: names.nodes, farm: farm, log: log, aside: isDrawn ? " in trial \(trial)" : "")
      if !isDrawn { FaultOverlaps.check(entries, names: names, end: run.duration, log: log) }
      if log.count > before { return }
    }
  }

  /// The faults of a trial in order of time, drawn as ``Scenario/drawn(seed:trial:)`` draws them.
  private static func entries(_ lines: [FaultLine], run: RunPlan, trial: Int) -> [FaultEntry] {
    var entries: [FaultEntry] = []
    var index = 0
    for line in lines {
      if let fault = line.fault {
        entries.append(FaultEntry(fault: fault, place: line.place))
        continue
      }
      let faults = line.series.faults(index: index, seed: run.seed, trial: trial, before: run.duration)
      entries += faults.map { FaultEntry(fault: $0, place: line.place) }
      index += 1
    }
    return entries.enumerated().sorted {
      ($0.element.fault.at, $0.offset) < ($1.element.fault.at, $1.offset)
    }.map(\.element)
  }
}

extension ScenarioNames {
  /// The nodes of a fault in the order in which its value names them.
  fileprivate func order(_ set: NodeSet, in value: YAMLReader) -> [NodeID] {
    let reader = value.isMapping ? value.value(of: "nodes") ?? value.value(of: "node") ?? value : value
    guard reader.isList else { return Array(set) }
    return reader.itemsOrSelf(atMost: Limits.maximumNodes).compactMap { nodes.index($0).map { NodeID($0) } }
  }
}

extension YAMLReader {
  /// The value of a key of a mapping, without a check of the other keys.
  fileprivate func value(of key: String) -> YAMLReader? {
    guard case .mapping(let entries) = node.content else { return nil }
    return entries.first { $0.key == key }.map { YAMLReader($0.value, name: key, log: log) }
  }
}
