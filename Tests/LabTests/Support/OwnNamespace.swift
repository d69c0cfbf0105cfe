import CNetfilter
import Foundation
import Synchronization

@testable import Lab

/// A network namespace that lives as long as this value, and commands in it.
final class OwnNamespace: Sendable {
  let descriptor: Int32

  /// Whether this process may make namespaces and the nft command is there.
  static let isPossible = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/nft")

  init() throws {
    let made = DispatchSemaphore(value: 0)
    let result = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    defer { result.deallocate() }
    let place = UInt(bitPattern: result)
    Thread {
      let isMade = unshare(LINUX_CLONE_NEWNET) == 0
      UnsafeMutablePointer<Int32>(bitPattern: place)!.pointee =
        isMade ? open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC) : -1
      made.signal()
    }.start()
    made.wait()
    descriptor = result.pointee
    guard descriptor >= 0 else { throw LabError("no namespace of its own") }
  }

  deinit { close(descriptor) }

  /// Does something on a thread inside.
  func inside(_ body: @escaping @Sendable () throws -> Void) throws {
    let outcome = Mutex<(any Error)?>(nil)
    let done = DispatchSemaphore(value: 0)
    let descriptor = descriptor
    Thread {
      do {
        guard setns(descriptor, LINUX_CLONE_NEWNET) == 0 else { throw LabError("cannot enter the namespace") }
        try body()
      } catch {
        outcome.withLock { $0 = error }
      }
      done.signal()
    }.start()
    done.wait()
    if let error = outcome.withLock({ $0 }) { throw error }
  }

  /// Runs nft with a script, as one transaction.
  func nft(_ script: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/nsenter")
    process.arguments = [
      "--net=/proc/\(ProcessInfo.processInfo.processIdentifier)/fd/\(descriptor)", "/usr/sbin/nft", "-f", "-",
    ]
    let input = Pipe()
    process.standardInput = input
    try process.run()
    input.fileHandleForWriting.write(Data(script.utf8))
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw LabError("nft refused: \(script.prefix(200))") }
  }
}
