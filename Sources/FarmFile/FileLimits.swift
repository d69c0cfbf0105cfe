/// What a configuration or scenario file may cost to read. A file beyond any of these limits is refused.
public enum FileLimits {
  /// Largest file, in bytes. The largest useful one, 64 nodes with hundreds of faults, is below 100 kB.
  public static let bytes = 1_000_000
  /// Most levels of mappings and lists; the deepest key of the format is at level 8.
  public static let depth = 32
  /// Most aliases (`*name`). With `n` aliases a file can grow to at most `3^(n/3)` times its size.
  public static let aliases = 8
  /// Most values once aliases are written out.
  public static let nodes = 200_000
  /// Most files that one file includes.
  public static let includes = 16
  /// Most problems that are shown.
  public static let problems = 500
  /// Most duplicate keys that are reported before the rest of the file is skipped.
  public static let duplicates = 50
  /// Longest wait for somebody to write to a pipe that is read.
  public static let pipeSeconds = 5.0
}
