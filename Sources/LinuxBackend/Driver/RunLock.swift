import Foundation

/// Holds a node's id on this machine for one daemon. The kernel lets go of it when the process ends, however it ends.
final class RunLock: Sendable {
  private let descriptor: Int32

  /// - Throws: ``DriverError/alreadyRunning(_:)``, or ``DriverError/cannotWrite(_:)``.
  init(folder: String, node: String) throws(DriverError) {
    let path = "\(folder)/\(node).lock"
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor < 0 { throw .cannotWrite("\(path): \(String(cString: strerror(errno)))") }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      close(descriptor)
      throw .alreadyRunning(path)
    }
  }

  deinit { close(descriptor) }
}
