/// A number that a run measured, or a lower bound of it.
///
/// Something that is not over when the run ends has no length yet: the length so far is a lower bound. Statistics call
/// such a value *censored*.
public struct Measured: Sendable, Hashable {
  public var value: Double
  /// Whether the number is ``value`` or more, because the run ended first.
  public var isCensored: Bool

  public init(_ value: Double, isCensored: Bool = false) {
    self.value = value
    self.isCensored = isCensored
  }

  /// The largest of several, exact only if all of them are; `nil` if there are none.
  static func largest(of all: [Measured]) -> Measured? {
    guard let most = all.map(\.value).max() else { return nil }
    return Measured(most, isCensored: all.contains(where: \.isCensored))
  }

  /// The mean of several, exact only if all of them are; `nil` if there are none.
  static func mean(of all: [Measured]) -> Measured? {
    if all.isEmpty { return nil }
    let sum = all.reduce(0) { $0 + $1.value }
    return Measured(sum / Double(all.count), isCensored: all.contains(where: \.isCensored))
  }
}
