/// Why a statistic has no value.
public enum StatisticsError: Error, Sendable, Hashable {
  /// A sample, share or probability is NaN or infinite.
  case notFinite
  /// Fewer samples or classes than the statistic needs.
  case tooFew(needed: Int, got: Int)
  /// An argument outside its range, with the rule it breaks.
  case outOfRange(String)
  /// Two lists that belong together differ in length.
  case lengthsDiffer(Int, Int)
}
