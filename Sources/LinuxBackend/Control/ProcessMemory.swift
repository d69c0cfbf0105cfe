import CLinux

/// What becomes of this process' memory where it could be seen by others.
public enum ProcessMemory {
  /// Keeps it out of core dumps, and from debuggers of other users. Programs that it starts are as ever.
  public static func keepOutOfCores() { _ = clinux_keep_out_of_cores() }
}
