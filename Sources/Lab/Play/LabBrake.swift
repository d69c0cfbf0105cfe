import Glibc
import LinuxBackend

/// How late a lab's server answers: a number in a file, which the lab writes and the server reads before each answer.
///
/// So an order to be slow costs no signal and no thread, and holds for the next server of the node, too.
public final class LabBrake {
  private let file: Descriptor

  /// - Parameter path: of a file with the nanoseconds, eight bytes in the machine's order.
  /// - Throws: there is none.
  public init(path: String) throws(LabError) {
    file = Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC))
    guard file.number >= 0 else { throw .system("cannot open \(path)") }
  }

  /// In nanoseconds; 0 if the file says nothing.
  var delay: UInt64 {
    var nanoseconds: UInt64 = 0
    let count = pread(file.number, &nanoseconds, MemoryLayout<UInt64>.size, 0)
    return count == MemoryLayout<UInt64>.size ? nanoseconds : 0
  }

  /// What the file has to hold.
  static func content(nanoseconds: UInt64) -> [UInt8] { withUnsafeBytes(of: nanoseconds) { Array($0) } }
}
