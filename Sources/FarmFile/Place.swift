/// Where something stands in the operator's input.
public enum Place: Sendable, Hashable, Comparable {
  /// The input as a whole, as for a file that cannot be read.
  case whole
  /// Line and column, both from 1; columns count Unicode scalars.
  case position(line: Int, column: Int)
  /// Line and column in a file that the input includes.
  case included(file: String, line: Int, column: Int)
  /// The value of an override: `--set farm.profile=fast`.
  case override(path: String)
}
