import Engine
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// The built `farmd` as a process on a node of a ``Segment``; it is killed with its last reference.
final class DaemonProcess {
  let pid: pid_t
  private let folder: String
  private var hasEnded = false

  /// - Parameters:
  ///   - file: the farm file, whose folders are overridden.
  ///   - folder: for its run and state directories, and its log.
  ///   - prefix: the program that starts it, such as `env` with some of its words.
  ///   - name: of the node, if it is not `node1` and so on.
  ///   - stateDirectory: if it is not in the folder.
  init(
    _ node: Int, in segment: Segment, file: String, folder: String, by prefix: [String] = [],
    name: String? = nil, stateDirectory: String? = nil
  ) throws {
    let own = "\(folder)/node\(node + 1)"
    self.folder = own
    let words =
      // Ends it with a test that is killed.
      ["/usr/bin/setpriv", "--pdeathsig", "KILL"] + prefix + [
        BuiltProgram.farmd.path, "run", "--config", file, "--node", name ?? "node\(node + 1)", "--set",
        "linux.run_directory=\(own)/run", "--set",
        "linux.state_directory=\(stateDirectory ?? own + "/state")",
      ]
    try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
    let log = open("\(own)/log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer { close(log) }
    pid = try segment.nodes[node].run {
      try ProcessStart.spawn(words[0], Array(words.dropFirst()), output: log, errors: log)
    }
  }

  deinit { end(by: SIGKILL) }

  var socket: String { "\(folder)/run/farmd.sock" }

  /// Everything in its log, including what earlier daemons of this node wrote.
  var log: String { (try? String(contentsOfFile: "\(folder)/log", encoding: .utf8)) ?? "" }

  /// Its status; `nil` while it does not answer.
  var status: StatusReport? { try? ControlClient(path: socket).ask(.status).status }

  func send(_ signal: Int32) { kill(pid, signal) }

  /// Ends it by a signal and waits for its end.
  /// - Returns: the status, as of `waitpid`.
  @discardableResult func end(by signal: Int32) -> Int32 {
    if hasEnded { return 0 }
    hasEnded = true
    kill(pid, signal)
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  /// Waits until its status is as wanted.
  /// - Returns: its last status.
  func wait(seconds: Double = 10, until isSo: (StatusReport) -> Bool) async throws -> StatusReport {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      if let report = await ask(), isSo(report) || Date() > end { return report }
      try #require(Date() < end.addingTimeInterval(1), "no answer from \(socket)")
      try await Task.sleep(nanoseconds: 20_000_000)
    }
  }

  private func ask() async -> StatusReport? {
    let path = socket
    return await offPool { try? ControlClient(path: path).ask(.status).status }
  }
}
