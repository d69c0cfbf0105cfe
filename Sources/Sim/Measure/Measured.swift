/// A number that a run measured, or the least that it may be.
///
/// What is not over when the run ends has no length yet: what was seen of it is a lower bound. Statistics call such a
/// value *censored*.
public struct Measured: Sendable, Hashable {
  public var value: Double
  /// Whether what is measured was not over when the run ended, so that the number is ``value`` or more.
  public var isCensored: Bool

  public init(_ value: Double, isCensored: Bool = false) {
    self.value = value
    self.isCensored = isCensored
  }

  /// The largest of several, each exact or at least something; `nil` of none. It is exact only if all of them are.
  static func largest(of all: [Measured]) -> Measured? {
    guard let most = all.map(\.value).max() else { return nil }
    return Measured(most, isCensored: all.contains(where: \.isCensored))
  }

  /// The mean of several, with the same rule.
  static func mean(of all: [Measured]) -> Measured? {
    if all.isEmpty { return nil }
    let sum = all.reduce(0) { $0 + $1.value }
    return Measured(sum / Double(all.count), isCensored: all.contains(where: \.isCensored))
  }
}
