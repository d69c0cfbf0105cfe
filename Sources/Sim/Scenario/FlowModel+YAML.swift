import Engine
import FarmFile

extension FlowModel {
  private static let times = Duration.milliseconds(1)...Duration.seconds(30 * 86400)

  /// Waiting times between the attempts of a connect, by operating system.
  static let stacks: [(name: String, value: [Duration])] = [
    ("linux", FlowModel.defaultRetries), ("macos", FlowModel.defaultRetries),
    ("ios", FlowModel.defaultRetries),
    // Linux before 6.5, which made the first retries linear.
    ("doubling", [1, 2, 4, 8, 16, 32].map { .seconds($0) }),
    // Initial retransmission time-out of 3 s (RFC 1122), before RFC 6298.
    ("old", [3, 6, 12, 24, 48].map { .seconds($0) }),
    // A client that gives up at once.
    ("none", []),
  ]

  /// The `flow:` block of a stream.
  init(_ reader: YAMLReader?, isUDP: Bool) {
    self.init()
    guard let reader, let keys = reader.keys(of: ScenarioSection.flow) else { return }
    DatagramModel.check(keys, isUDP: isUDP, log: reader.log)
    duration = keys["duration"].flatMap { FlowDuration($0) } ?? duration
    segmentInterval = keys["segment_interval"]?.duration(in: FlowModel.times) ?? segmentInterval
    segmentBytes = keys["segment_bytes"]?.integer(in: 1...65535) ?? segmentBytes
    resetShare = keys["resets"]?.share() ?? resetShare
    guard let value = keys["retries"] else { return }
    if value.isList {
      let items = value.itemsOrSelf(atMost: 20)
      if items.isEmpty { value.report("no waiting time", expected: "a list of times, or none") }
      retries = items.compactMap { $0.duration(in: .milliseconds(1) ... .seconds(3600)) }
    } else {
      retries = value.choice(FlowModel.stacks) ?? retries
    }
  }
}

extension FlowDuration {
  private static let times = Duration.milliseconds(1)...Duration.seconds(30 * 86400)

  /// Reads `20 s`, or one of constant, exponential, lognormal, pareto, table.
  init?(_ reader: YAMLReader) {
    guard reader.isMapping else {
      guard let time = reader.duration(in: FlowDuration.times) else { return nil }
      self = .constant(time)
      return
    }
    let kinds = ScenarioSection.flowDuration
    guard let (kind, value) = reader.keys(of: kinds)?.one(of: kinds.keys) else { return nil }
    switch kind {
    case "table":
      guard let rows = FlowDuration.table(value) else { return nil }
      self = .table(rows)
    case "lognormal", "pareto":
      let expected =
        kind == "pareto" ? "[minimum, shape], such as [1 s, 1.5]" : "[median, sigma], such as [10 s, 1.0]"
      guard let (first, second) = value.pair(expected: expected) else { return nil }
      let time = first.duration(in: FlowDuration.times)
      let shape = second.number(in: kind == "pareto" ? 0.1...100 : 0...10)
      guard let time, let shape else { return nil }
      self = kind == "pareto" ? .pareto(minimum: time, shape: shape) : .lognormal(median: time, sigma: shape)
    default:
      guard let time = value.duration(in: FlowDuration.times) else { return nil }
      self = kind == "constant" ? .constant(time) : .exponential(time)
    }
  }

  private static func table(_ reader: YAMLReader) -> [FlowDurationShare]? {
    let expected = "a list of {share, duration}"
    guard let items = reader.items(expected: expected) else { return nil }
    let before = reader.log.count
    var rows: [FlowDurationShare] = []
    for item in items {
      guard let keys = item.keys(of: ScenarioSection.durationShare) else { continue }
      let share = keys.required("share", expected: "a percentage")?.share()
      let time = keys.required("duration", expected: "a time")?.duration(in: times)
      if let share, let time { rows.append(FlowDurationShare(share: share, duration: time)) }
    }
    guard reader.log.count == before else { return nil }
    let sum = rows.reduce(0) { $0 + $1.share }
    guard abs(sum - 1) < 1e-6 else {
      reader.report("shares of \(PlainNumber.percent(sum)) in all", expected: "100 %")
      return nil
    }
    return rows
  }
}
