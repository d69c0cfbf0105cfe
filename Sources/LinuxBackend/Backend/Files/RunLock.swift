import FarmFile
import Foundation

/// Holds a node's id on this machine for one daemon. The kernel releases the lock when the process ends, however it
/// ends.
final class RunLock: Sendable {
  private let file: Descriptor

  private static let ending = ".lock"

  /// Waits a moment for a daemon that is about to end.
  /// - Throws: ``DriverError/alreadyRunning(_:)``, or ``DriverError/cannotWrite(_:)``.
  init(folder: String, node: String) throws(DriverError) {
    let path = "\(folder)/\(node)\(Self.ending)"
    // A link of that name must not make the file be created elsewhere.
    file = Descriptor(owning: open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600))
    if file.number < 0 { throw .cannotWrite("\(path): \(SystemReason(errno).text)") }
    var wait = HandoverWait()
    while flock(file.number, LOCK_EX | LOCK_NB) != 0 {
      guard wait.goesOn() else { throw .alreadyRunning(path) }
    }
  }

  /// The paths of the locks in a run directory that daemons hold now.
  static func held(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { "\(folder)/\($0)" }.filter { path in
      let file = Descriptor(owning: open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK))
      return file.number >= 0 && flock(file.number, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }
  }
}

/// Waits for an earlier daemon that was told to make room for this one, as in an upgrade in place by hand.
struct HandoverWait {
  private var waited: useconds_t = 0

  /// The most time that the earlier daemon gets to end, and the time between two looks, in microseconds. The wait is
  /// shorter than the lease of the default profile.
  private static let patience: useconds_t = 300_000
  private static let pause: useconds_t = 2_000

  /// Lets a moment pass.
  /// - Returns: `false`, at once, if the time is over.
  mutating func goesOn() -> Bool {
    guard waited < Self.patience else { return false }
    usleep(Self.pause)
    waited += Self.pause
    return true
  }
}
