import CLinux
import Foundation

/// The memory that this process holds.
public enum ProcessMemory {
  /// Keeps it out of core dumps, and from debuggers of other users. It does not affect programs that this process
  /// starts.
  public static func keepOutOfCores() { _ = clinux_keep_out_of_cores() }

  /// In bytes, as far as it is in the machine's memory; `nil` if the kernel does not say.
  public static var residentBytes: UInt64? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let fields = text.split(separator: " ")
    guard fields.count > 1, let pages = UInt64(fields[1]) else { return nil }
    return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }
}
