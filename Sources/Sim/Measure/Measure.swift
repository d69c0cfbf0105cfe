/// A quantity that a run yields, with the name that expectations and JSON use, its unit and its meaning.
public struct Measure: Sendable, Hashable {
  /// Dotted, and never changed: `rebalance_time.max`.
  public let name: String
  public let unit: MeasureUnit
  /// One sentence for the documentation.
  public let meaning: String

  /// Whether a longer run can only make it larger.
  var onlyGrows: Bool {
    switch unit {
    case .seconds, .bucketSeconds, .count: !name.hasSuffix(".mean")
    case .share, .ratio, .perSecond: false
    }
  }

  public init(_ name: String, _ unit: MeasureUnit, _ meaning: String) {
    self.name = name
    self.unit = unit
    self.meaning = meaning
  }
}

/// The unit of a measure's number; times are in seconds.
public enum MeasureUnit: String, Sendable, Hashable, CaseIterable {
  case seconds = "s"
  case bucketSeconds = "bucket-seconds"
  case count = ""
  /// 0 to 1.
  case share = "share"
  case ratio = "ratio"
  case perSecond = "/s"
}
