import FarmFile

extension Expectation {
  /// The `expect:` block: measures by dotted or nested names, each with one comparison or a list.
  static func all(_ reader: YAMLReader) -> [Expectation] {
    read(reader, prefix: "")
  }

  private static func read(_ reader: YAMLReader, prefix: String) -> [Expectation] {
    let expected = "a mapping of measures to comparisons, such as 'rebalance_time.max: <= 560 ms'"
    var found: [Expectation] = []
    for entry in reader.entries(expected: expected) ?? [] {
      let name = prefix + entry.key
      if entry.value.isMapping {
        found += read(entry.value, prefix: name + ".")
        continue
      }
      guard let measure = Measure(rawValue: name) else {
        let nearest = reader.log.nearest(to: name, among: Measure.allCases.map(\.name))
        reader.log.add(
          entry.place, "unknown measure '\(name)'",
          expected: nearest == nil ? "a measure, such as rebalance_time.max" : nil, nearest: nearest)
        continue
      }
      if case .list([]) = entry.value.node.content {
        entry.value.report("no comparison", expected: "at least one, or no '\(name)'")
      }
      found += entry.value.itemsOrSelf(atMost: 16).compactMap {
        Expectation($0, measure: measure)
      }
    }
    return found
  }

  /// One comparison: `<= 560 ms`.
  private init?(_ reader: YAMLReader, measure: Measure) {
    let expected = "a comparison, such as '\(Expectation.example(measure.unit))'"
    guard let written = reader.text(expected: expected) else { return nil }
    let text = written.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    // Longer signs come first, since `<=` begins with `<`.
    let signs = Comparison.allCases.sorted { $0.rawValue.utf8.count > $1.rawValue.utf8.count }
    guard let comparison = signs.first(where: { text.hasPrefix($0.rawValue) }) else {
      reader.report("'\(text)' compares nothing", expected: expected)
      return nil
    }
    let rest = text.dropFirst(comparison.rawValue.count)
    let number = String(rest.drop { $0 == " " })
    let kind = measure.unit.kind(number)
    guard let bound = Quantity(number).flatMap(measure.unit.bound) else {
      reader.reportQuantity(number, kind, in: text, expected: expected)
      return nil
    }
    if let doubt = QuantitySlip.doubt(number, kind: kind) {
      reader.report(doubt.message, expected: doubt.expected)
      return nil
    }
    self.init(measure: measure, comparison: comparison, bound: bound, text: text)
  }

  private static func example(_ unit: MeasureUnit) -> String {
    switch unit {
    case .seconds: "<= 560 ms"
    case .bucketSeconds: "== 0 s"
    case .count: "== 0"
    case .share: "<= 1 %"
    case .ratio: "<= 1.05"
    case .perSecond: "<= 100/s"
    }
  }
}

extension MeasureUnit {
  /// The kind of quantity that a bound must be, as written.
  fileprivate func kind(_ text: String) -> QuantitySlip.Kind {
    switch self {
    case .seconds, .bucketSeconds: .time
    case .count: .count
    case .share: Quantity(text)?.unit.isEmpty ?? true ? .number : .share
    case .ratio: .number
    case .perSecond: .rate
    }
  }

  /// A bound in this unit; `nil` if the quantity has another unit.
  fileprivate func bound(_ quantity: Quantity) -> Double? {
    switch self {
    case .seconds, .bucketSeconds: quantity.duration.map { Double($0.nanoseconds) / 1e9 }
    case .count: quantity.count.map(Double.init)
    // Fairness indices have the range of shares, but are written without a unit.
    case .share: quantity.unit.isEmpty ? quantity.value : quantity.share
    case .ratio: quantity.unit.isEmpty ? quantity.value : nil
    case .perSecond: quantity.rate
    }
  }
}
