import Foundation

/// Holds a node's id on this machine for one daemon. The kernel lets go of it when the process ends, however it ends.
final class RunLock: Sendable {
  private let file: Descriptor

  /// How long a daemon that was told to make room for the next one may take to end, and how often it is looked for.
  /// Both are in microseconds; the wait is within the lease of the default profile.
  private static let patience: useconds_t = 300_000
  private static let pause: useconds_t = 2_000

  /// Waits a moment for a daemon that is about to end, as in an upgrade in place by hand.
  /// - Throws: ``DriverError/alreadyRunning(_:)``, or ``DriverError/cannotWrite(_:)``.
  init(folder: String, node: String) throws(DriverError) {
    let path = "\(folder)/\(node).lock"
    // Nobody is to have it made elsewhere by a link of that name.
    file = Descriptor(owning: open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600))
    if file.number < 0 { throw .cannotWrite("\(path): \(String(cString: strerror(errno)))") }
    var waited: useconds_t = 0
    while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
      guard waited < Self.patience else { throw .alreadyRunning(path) }
      usleep(Self.pause)
      waited += Self.pause
    }
  }
}
