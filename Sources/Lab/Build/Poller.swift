import CLinux
import Glibc
import LinuxBackend

/// Waits for many sockets at once: `epoll`, level-triggered.
final class Poller {
  /// What can be done with a socket without waiting.
  struct Readiness: OptionSet, Sendable {
    let rawValue: UInt32
    static let read = Readiness(rawValue: 0x001)
    static let write = Readiness(rawValue: 0x004)
    /// The socket has an error.
    static let error = Readiness(rawValue: 0x008)
    static let hangUp = Readiness(rawValue: 0x010)
  }

  private let file: Descriptor
  private var events = [epoll_event](repeating: epoll_event(), count: 512)

  init() throws(LabError) {
    file = Descriptor(owning: epoll_create1(Int32(O_CLOEXEC)))
    guard file.number >= 0 else { throw .system("no epoll") }
  }

  func add(_ socket: Int32, _ wanted: Readiness) { control(EPOLL_CTL_ADD, socket, wanted) }
  func change(_ socket: Int32, _ wanted: Readiness) { control(EPOLL_CTL_MOD, socket, wanted) }

  private func control(_ operation: Int32, _ socket: Int32, _ wanted: Readiness) {
    var event = epoll_event()
    event.events = wanted.rawValue
    event.data.fd = socket
    // The call fails only for sockets that are gone, which nobody waits for.
    epoll_ctl(file.number, operation, socket, &event)
  }

  /// Waits for at most some milliseconds, and calls `body` for every socket that is ready.
  func wait(milliseconds: Int32, _ body: (Int32, Readiness) -> Void) {
    let count = epoll_wait(file.number, &events, Int32(events.count), milliseconds)
    guard count > 0 else { return }
    for i in 0..<Int(count) { body(events[i].data.fd, Readiness(rawValue: events[i].events)) }
  }
}
