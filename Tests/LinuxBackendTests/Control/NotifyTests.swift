import Engine
import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import LinuxBackend

/// The service manager is told how the daemon does.
@Suite(.inTime)
struct NotifyTests {
  @Test func everyMessageArrivesAsSdNotifySpellsIt() throws {
    let manager = try ServiceManager()
    let notify = try #require(NotifySocket(environment: ["NOTIFY_SOCKET": manager.path]))
    notify.ready()
    #expect(manager.next() == "READY=1")
    // A line break would begin another assignment.
    notify.status("4 members\nREADY=0")
    #expect(manager.next() == "STATUS=4 members READY=0")
    notify.alive()
    #expect(manager.next() == "WATCHDOG=1")
    notify.reloading()
    let reloading = try #require(manager.next()).split(separator: "\n")
    #expect(reloading.first == "RELOADING=1")
    let stamp = try #require(reloading.last?.split(separator: "=").last.flatMap { UInt64($0) })
    #expect(stamp <= MonotonicClock.now.nanoseconds / 1000 && stamp > 0)
    notify.stopping("leaves")
    #expect(manager.next() == "STOPPING=1\nSTATUS=leaves")
  }

  /// Nothing else changes what it shows.
  @Test func systemctlShowsTheNodesStatusAndView() throws {
    let manager = try ServiceManager()
    let notify = NotifySocket(environment: ["NOTIFY_SOCKET": manager.path])
    let status = try #require(ServiceStatus(notify, farm: EventLogTests.farm, node: NodeID(1)))
    func say(_ notice: Notice, _ now: Status) {
      status.note(.notice(notice), DriverMoment(at: .zero, status: now, view: Digest(), epoch: Epoch(1)))
    }
    say(.status(.joining, from: .listening), .joining)
    #expect(manager.next() == "STATUS=beta is joining; the view is empty")
    let both = NodeSet(first: 2)
    say(.view(members: both, serving: both, digest: Digest(), epoch: Epoch(1)), .up)
    #expect(manager.next() == "STATUS=beta is up; the view is alpha and beta")
    say(.resumed(members: NodeSet(first: 1)), .up)
    #expect(manager.next() == "STATUS=beta is up; the view is alpha")
    say(.resumed(members: both), .up)
    #expect(manager.next() == "STATUS=beta is up; the view is alpha and beta")
    say(.status(.leaving, from: .up), .leaving)
    #expect(manager.next() == "STOPPING=1\nSTATUS=beta is leaving; the view is alpha and beta")
    say(.joined(NodeID(0)), .up)
    #expect(manager.next(patience: 50) == nil)
    #expect(ServiceStatus(nil, farm: EventLogTests.farm, node: NodeID(1)) == nil)
  }

  @Test func withoutAServiceManagerThereIsNobodyToTell() {
    #expect(NotifySocket(environment: [:]) == nil)
    #expect(NotifySocket(environment: ["NOTIFY_SOCKET": "relative"]) == nil)
    #expect(NotifySocket(environment: ["NOTIFY_SOCKET": "/tmp/there-is-none.notify"]) == nil)
  }

  @Test func anAbstractSocketIsReachedAsWell() throws {
    let manager = try ServiceManager(isAbstract: true)
    let notify = try #require(NotifySocket(environment: ["NOTIFY_SOCKET": manager.path]))
    notify.alive()
    #expect(manager.next() == "WATCHDOG=1")
  }

  @Test func signsOfLifeStopWhenTheDriversLoopHangs() async throws {
    let manager = try ServiceManager()
    let environment = [
      "NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "90000", "WATCHDOG_PID": "\(getpid())",
    ]
    let notify = try #require(NotifySocket(environment: environment))
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let watchdog = try #require(Watchdog(socket: notify, driver: group.next()))
    for _ in 0..<3 { #expect(await offPool { manager.next() } == "WATCHDOG=1") }
    // The loop hangs until it is released; the signs that it has already given are read away.
    let (hangs, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    group.next().execute {
      hangs.signal()
      goesOn.wait()
    }
    await offPool { hangs.wait() }
    await offPool { while manager.next(patience: 1) != nil {} }
    #expect(await offPool { manager.next(patience: 200) } == nil)
    goesOn.signal()
    #expect(await offPool { manager.next(patience: 2000) } == "WATCHDOG=1")
    watchdog.stop()
    try await group.shutdownGracefully()
  }

  @Test func aWatchdogMeantForAnotherProcessOrNoneIsNotFed() throws {
    let manager = try ServiceManager()
    for (key, value) in [("WATCHDOG_PID", "1"), ("WATCHDOG_USEC", "0"), ("WATCHDOG_USEC", "soon")] {
      var environment = ["NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "90000"]
      environment[key] = value
      #expect(NotifySocket(environment: environment)?.watchdogNanoseconds == nil)
    }
    #expect(Watchdog(socket: nil, driver: MultiThreadedEventLoopGroup.singleton.next()) == nil)
  }
}

/// The service manager's end: a datagram socket that is read one message at a time.
final class ServiceManager: Sendable {
  /// The value of `NOTIFY_SOCKET`.
  let path: String
  private let descriptor: Int32
  private let folder: String

  init(isAbstract: Bool = false) throws {
    folder = try ControlBench.newFolder()
    path = (isAbstract ? "@" : "") + folder + "/notify"
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    if isAbstract { bytes[0] = 0 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let length = socklen_t(2 + bytes.count + (isAbstract ? 0 : 1))
    let descriptor = descriptor
    let result = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    try #require(result == 0)
  }

  deinit {
    close(descriptor)
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// The next message; `nil` if none comes within this many milliseconds.
  func next(patience: Int = 1000) -> String? {
    var time = timeval(tv_sec: patience / 1000, tv_usec: patience % 1000 * 1000)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
  }
}
