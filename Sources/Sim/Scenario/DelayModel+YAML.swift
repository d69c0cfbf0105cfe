import Engine
import FarmFile

extension DelayModel {
  static let range = Duration.zero...Duration.seconds(60)

  /// Reads `200 us`, `{uniform: [100 us, 300 us]}`, `{normal: [mean, sd]}` or `{lognormal: [median, sigma]}`.
  init?(_ reader: YAMLReader) {
    guard reader.isMapping else {
      guard let constant = reader.duration(in: DelayModel.range) else { return nil }
      self = .constant(constant)
      return
    }
    guard let keys = reader.keys(of: ScenarioSection.delay) else { return nil }
    self.init(keys)
  }

  /// The same, from a mapping that may have other keys too.
  init?(_ keys: YAMLKeys) {
    guard let (kind, value) = keys.one(of: ScenarioSection.delay.keys) else { return nil }
    self.init(kind, value, in: DelayModel.range)
  }

  /// The same, from one of its keys and that key's value.
  init?(_ kind: String, _ value: YAMLReader, in range: ClosedRange<Duration>) {
    switch kind {
    case "constant":
      guard let time = value.duration(in: range) else { return nil }
      self = .constant(time)
    case "lognormal":
      guard let (first, second) = value.pair(expected: "[median, sigma], such as [200 us, 0.5]"),
        let median = first.duration(in: .nanoseconds(1)...range.upperBound),
        let sigma = second.number(in: 0...10)
      else { return nil }
      self = .lognormal(median: median, sigma: sigma)
    default:
      let expected = kind == "uniform" ? "[lowest, highest]" : "[mean, standard deviation]"
      guard let (first, second) = value.pair(expected: expected) else { return nil }
      let a = first.duration(in: range)
      let b = second.duration(in: range)
      guard let a, let b else { return nil }
      if kind == "uniform", a > b {
        value.report("\(a.text) is above \(b.text)", expected: expected)
        return nil
      }
      self = kind == "uniform" ? .uniform(a, b) : .normal(mean: a, sd: b)
    }
  }
}

extension KernelModel {
  /// The `kernel:` block.
  init(_ reader: YAMLReader?) {
    self.init()
    guard let keys = reader?.keys(of: ScenarioSection.kernel) else { return }
    commit = keys["commit"].flatMap { DelayModel($0) } ?? commit
    timer = keys["timer"].flatMap { DelayModel($0) } ?? timer
  }
}
