import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import LinuxBackend

/// The control socket outlives clients that hang and daemons that died.
@Suite(.inTime)
struct ControlServerLimitTests {
  @Test func clientsThatHangAreClosedAndCostTheOthersNothing() async throws {
    var limits = ControlServer.Limits()
    limits.patience = .milliseconds(300)
    try await ControlBench.with(limits: limits) { bench in
      let silent = try bench.client()
      let half = try bench.client()
      half.send(#"{"command":"sta"#)
      let deaf = try bench.client()
      for _ in 0..<3000 { deaf.send("{\"command\":\"status\"}\n") }
      #expect(try await ControlClient(path: bench.path).asked(.status).ok)
      #expect(await silent.isClosed())
      #expect(await half.isClosed())
    }
  }

  @Test func moreClientsThanAllowedAreClosedAtOnceUntilThereIsRoom() async throws {
    var limits = ControlServer.Limits()
    limits.clients = 2
    try await ControlBench.with(limits: limits) { bench in
      var clients = [try bench.client(), try bench.client()]
      for client in clients {
        client.send("{\"command\":\"resume\"}\n")
        #expect(await client.line() != nil)
      }
      #expect(try await bench.client().isClosed())
      clients.removeLast()
      var isAnswered = false
      for _ in 0..<100 where !isAnswered {
        isAnswered = (try? ControlClient(path: bench.path).ask(.status).ok) ?? false
        if !isAnswered { try await Task.sleep(nanoseconds: 10_000_000) }
      }
      #expect(isAnswered)
    }
  }

  /// Files that are no sockets are left alone, too.
  @Test func whatADeadDaemonLeftIsReplacedAndALiveSocketIsNot() async throws {
    let loops = MultiThreadedEventLoopGroup.singleton
    try await ControlBench.with { bench in
      await #expect(throws: ControlError.inUse(path: bench.path)) {
        try await ControlServer.start(path: bench.path, service: FakeFarm(), loops: loops)
      }
      #expect(try await ControlClient(path: bench.path).asked(.status).ok)

      let file = bench.folder + "/file"
      try Data("kept".utf8).write(to: URL(fileURLWithPath: file))
      await #expect(throws: ControlError.self) {
        try await ControlServer.start(path: file, service: FakeFarm(), loops: loops)
      }
      #expect(FileManager.default.contents(atPath: file) == Data("kept".utf8))

      // A hard link keeps the socket after the server has closed and removed its own name.
      let left = bench.folder + "/left.sock"
      #expect(link(bench.path, left) == 0)
      await bench.server.stop()
      #expect(!FileManager.default.fileExists(atPath: bench.path))
      await #expect(
        throws: ControlError.noDaemon(path: left, reason: "the socket is there, but no farmd listens")
      ) {
        try await ControlClient(path: left).asked(.status)
      }
      let next = try await ControlServer.start(path: left, service: FakeFarm(), loops: loops)
      #expect(try await ControlClient(path: left).asked(.status).ok)
      await next.stop()
    }
  }

  @Test func aPathThatNoSocketCanHaveIsRefusedInOneLine() async throws {
    let path = "/tmp/" + String(repeating: "x", count: 200)
    let expected = ControlError.cannotListen(path: path, reason: "the path is longer than 106 bytes")
    await #expect(throws: expected) {
      try await ControlServer.start(
        path: path, service: FakeFarm(), loops: MultiThreadedEventLoopGroup.singleton)
    }
  }

  @Test func aSocketThatIsThereNeverRefusesItsUser() async throws {
    let folder = try ControlBench.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for round in 0..<20 {
      let path = folder + "/\(round).sock"
      async let answers = Task.detached {
        var answers: Set<Int32> = []
        while !answers.contains(0) {
          switch UnixSocket.connected(to: path) {
          case .success(let descriptor):
            close(descriptor)
            answers.insert(0)
          case .failure(let reason): answers.insert(reason.code)
          }
          await Task.yield()
        }
        return answers
      }.value
      let server = try await ControlServer.start(
        path: path, service: FakeFarm(), loops: MultiThreadedEventLoopGroup.singleton)
      #expect(await answers.isSubset(of: [0, ENOENT]))
      await server.stop()
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test func withoutADaemonTheClientNamesTheSocketInOneLine() async throws {
    let error = await #expect(throws: ControlError.self) {
      try await ControlClient(path: "/tmp/there-is-none.sock").asked(.status)
    }
    #expect(
      error?.description
        == "no farmd answers at /tmp/there-is-none.sock: there is no such socket; is farmd running?")
  }

  @Test func aDaemonThatSaysNothingCostsTheClientItsPatienceAndNoMore() async throws {
    let folder = try ControlBench.newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/mute.sock"
    let descriptor = try UnixSocket.listening(at: path, backlog: 1)
    defer { close(descriptor) }
    var client = ControlClient(path: path)
    client.patience = 1
    await #expect(throws: ControlError.noDaemon(path: path, reason: "no answer within 1 s")) {
      try await client.asked(.status)
    }
  }
}
