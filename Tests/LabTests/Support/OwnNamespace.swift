import CNetfilter
import Foundation

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
