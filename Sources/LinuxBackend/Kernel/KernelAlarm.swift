import CNetfilter
import Foundation
import Synchronization

/// Calls as soon as the kernel reports that an address, a link, a MAC filter or a rule has changed, instead of at the
/// next tick. A client that asks for a virtual IP between a change and its repair gets a wrong answer and keeps it.
///
/// It does not say what has changed. The caller has to look, which costs microseconds when the daemon itself made the
/// change.
final class KernelAlarm: Sendable {
  private let stop: Descriptor
  private let call: Mutex<(@Sendable () -> Void)?>

  /// The time from one call to the next, however many notices come, in microseconds.
  private static let pause: useconds_t = 2_000

  /// Hears the notices of the calling thread's network namespace.
  /// - Parameter onNotice: called on a thread of its own, until ``end()``.
  init(onNotice: @escaping @Sendable () -> Void) throws(NetlinkSocket.Refusal) {
    let groups = RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR
    let sockets = [
      try NetlinkSocket(bus: NETLINK_ROUTE, groups: UInt32(groups)),
      try NetlinkSocket(bus: NETLINK_NETFILTER, groups: NetfilterNumbers.noticeGroup),
    ]
    stop = Descriptor(owning: eventfd(0, Int32(EFD_CLOEXEC)))
    guard stop.number >= 0 else { throw NetlinkSocket.Refusal(code: errno) }
    call = Mutex(onNotice)
    // Only the new thread uses them from here on.
    nonisolated(unsafe) let own = sockets
    let thread = Thread { [self] in listen(own) }
    thread.name = "kernel-alarm"
    thread.start()
  }

  /// Ends the thread. No call comes after this method has returned.
  func end() {
    call.withLock { $0 = nil }
    eventfd_write(stop.number, 1)
  }

  private func listen(_ sockets: [NetlinkSocket]) {
    var waits = (sockets.map(\.descriptor) + [stop.number]).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while true {
      let count = poll(&waits, nfds_t(waits.count), -1)
      if count < 0 && errno != EINTR { return }
      if waits[sockets.count].revents != 0 { return }
      // A lost notice was a change as well.
      for socket in sockets { _ = socket.drain { _ in } }
      call.withLock { $0?() }
      usleep(KernelAlarm.pause)
    }
  }
}
