import Engine
import FarmFile

extension DrawnTime {
  /// Reads `20 s`, or one of constant, uniform, normal, lognormal, exponential.
  init?(_ reader: YAMLReader, in range: ClosedRange<Duration>) {
    guard reader.isMapping else {
      guard let time = reader.duration(in: range) else { return nil }
      self = .constant(time)
      return
    }
    let kinds = ScenarioSection.faultTime
    guard let (kind, value) = reader.keys(of: kinds)?.one(of: kinds.keys) else { return nil }
    if kind == "exponential" {
      guard let mean = value.duration(in: range) else { return nil }
      self = .exponential(mean)
    } else {
      guard let model = DelayModel(kind, value, in: range) else { return nil }
      self = .delay(model)
    }
  }
}
