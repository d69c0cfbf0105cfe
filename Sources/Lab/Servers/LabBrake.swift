import Glibc
import LinuxBackend

/// How late a lab's server answers: a number in a file, which the lab writes and the server reads before each answer.
///
/// This needs no signal and no thread, and also applies to the node's next server.
public final class LabBrake {
  private let file: Descriptor

  /// - Parameter path: path of a file with the nanoseconds, eight bytes in the machine's order.
  /// - Throws: if the file cannot be opened.
  public init(path: String) throws(LabError) {
    file = Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC))
    guard file.number >= 0 else { throw .system("cannot open \(path)") }
  }

  /// In nanoseconds; 0 if the file is too short.
  var delay: UInt64 {
    var nanoseconds: UInt64 = 0
    let count = pread(file.number, &nanoseconds, MemoryLayout<UInt64>.size, 0)
    return count == MemoryLayout<UInt64>.size ? nanoseconds : 0
  }

  /// The content of the file.
  static func content(nanoseconds: UInt64) -> [UInt8] { withUnsafeBytes(of: nanoseconds) { Array($0) } }
}
