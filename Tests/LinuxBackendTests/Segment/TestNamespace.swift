import CLinux
import Foundation
import Synchronization
import TestSupport
import Testing

/// A network namespace without a name, and a thread inside that runs given work. Both end with the last reference.
final class TestNamespace: Sendable {
  private struct Work: Sendable {
    var jobs: [@Sendable () -> Void] = []
    var isOver = false
  }

  private let condition = NSCondition()
  private let work: Box

  private final class Box: Sendable {
    let value = Mutex(Work())
  }

  init() throws {
    let (work, condition) = (Box(), condition)
    self.work = work
    let thread = Thread {
      while true {
        condition.lock()
        while work.value.withLock({ $0.jobs.isEmpty && !$0.isOver }) { condition.wait() }
        condition.unlock()
        let jobs = work.value.withLock { work in
          defer { work.jobs = [] }
          return work.isOver ? nil : work.jobs
        }
        guard let jobs else { return }
        for job in jobs { job() }
      }
    }
    thread.stackSize = 8 << 20
    thread.start()
    try run {
      guard clinux_unshare(CLONE_NEWNET) == 0 else { throw Failure("no network namespace: errno \(errno)") }
    }
  }

  deinit {
    condition.lock()
    work.value.withLock { $0.isOver = true }
    condition.signal()
    condition.unlock()
  }

  /// Runs a body on the thread inside and waits for it.
  @discardableResult
  func run<Value>(_ body: @escaping () throws -> Value) throws -> Value {
    nonisolated(unsafe) let body = body
    nonisolated(unsafe) var result: Result<Value, any Error>?
    let isDone = DispatchSemaphore(value: 0)
    condition.lock()
    work.value.withLock {
      $0.jobs.append {
        result = Result { try body() }
        isDone.signal()
      }
    }
    condition.signal()
    condition.unlock()
    isDone.wait()
    return try result!.get()
  }

  /// The number of the thread inside, by which `ip link … netns` finds the namespace.
  func threadID() throws -> Int {
    try run {
      Int(
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self").split(separator: "/")
          .last!)!
    }
  }

  /// Runs a shell command inside.
  /// - Returns: its output.
  @discardableResult
  func shell(_ command: String) throws -> String {
    try run { try TestNamespace.shellHere(command) }
  }

  /// Runs a shell command in the namespace of the calling thread.
  ///
  /// It does not use Foundation's `Process`, whose run loop needs the loopback interface, which is still down at first.
  @discardableResult
  static func shellHere(_ command: String) throws -> String {
    let unlisted = ProgramList.here.unlisted(in: command)
    guard unlisted.isEmpty else {
      throw Failure("\(unlisted.sorted().joined(separator: ", ")): called, and not in scripts/programs.txt")
    }
    guard let pipe = popen("exec 2>&1 </dev/null; set -e; \(command)", "re") else {
      throw Failure("no shell: errno \(errno)")
    }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { output += buffer[..<count] }
    let text = String(decoding: output, as: UTF8.self)
    guard pclose(pipe) == 0 else { throw Failure("\(command): \(text)") }
    return text
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
  }

  /// Whether this machine lets tests make namespaces and tables.
  fileprivate static let isPossible: Bool =
    geteuid() == 0
    && (try? TestNamespace().shell("nft list ruleset && ip link show lo && bridge fdb show")) != nil
}

extension Trait where Self == InTimeTrait {
  /// For tests with machines in namespaces. They depend on times, so a test that fails while this machine stands still
  /// is played again.
  static var needsNamespaces: Self {
    .inTime(if: .enabled(if: TestNamespace.isPossible, "needs root, network namespaces, nft, ip and bridge"))
  }
}
