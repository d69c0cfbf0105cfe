import CLinux

/// Protects this process's memory from others.
public enum ProcessMemory {
  /// Keeps the memory out of core dumps, and from debuggers of other users. It does not affect programs that this
  /// process starts.
  public static func keepOutOfCores() { _ = clinux_keep_out_of_cores() }
}
