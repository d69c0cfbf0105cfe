import Engine
import FarmFile

/// A fault and where it stands in the file, for what is said about several faults together.
struct FaultEntry {
  var fault: Fault
  /// The kind's key in the file.
  var kind: String
  var place: Place

  var reload: Reload? { if case .reload(_, let reload) = fault.kind { reload } else { nil } }
}

extension FaultEntry {
  /// One entry of the `faults:` block: when, how long, and exactly one kind.
  init?(_ reader: YAMLReader, farm: WrittenFarm, names: ScenarioNames, run: RunPlan) {
    guard let keys = reader.keys(of: ScenarioSection.fault) else { return nil }
    let before = reader.log.count
    let at = keys.required("at", expected: "a time since the start, such as 20 s").flatMap {
      FaultEntry.time($0, run: run)
    }
    var until = FaultEntry.end(keys, at: at)
    guard let (kind, value) = keys.one(of: ScenarioSection.faultKinds) else { return nil }
    if FaultEntry.instants.contains(kind), let end = keys["for"] ?? keys["until"] {
      end.report("'\(kind)' happens at one time and has no end")
    }
    if kind == "upgrade", keys["for"] == nil, keys["until"] == nil {
      until = at.map { $0 + Fault.upgradeTime }
    }
    let effect = FaultKind(kind, value, farm: farm, names: names)
    guard let at, let effect, reader.log.count == before else { return nil }
    self.init(
      fault: Fault(at: at, until: until, kind: effect), kind: kind, place: keys.place(of: kind))
  }

  /// Kinds that another fault ends, if anything does.
  private static let instants = ["restart", "stop", "leave", "drain", "resume", "weight", "reload"]
  private static let longest = Duration.seconds(30 * 86400)

  private static func time(_ reader: YAMLReader, run: RunPlan) -> Duration? {
    guard let time = reader.duration(in: .zero...longest) else { return nil }
    if time >= run.duration {
      reader.report("a fault at \(time.text), after the end of the run at \(run.duration.text)")
      return nil
    }
    return time
  }

  private static func end(_ keys: YAMLKeys, at: Duration?) -> Duration? {
    if let length = keys["for"] {
      if keys["until"] != nil { length.report("'for' and 'until' at once", expected: "one of them") }
      let time = length.duration(in: .nanoseconds(1)...longest)
      guard let time, let at else { return nil }
      return at + time
    }
    guard let end = keys["until"], let time = end.duration(in: .zero...longest) else { return nil }
    if let at, time <= at { end.report("until \(time.text) is not after the fault at \(at.text)") }
    return time
  }
}
