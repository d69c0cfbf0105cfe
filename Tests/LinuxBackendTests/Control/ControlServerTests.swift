import Engine
import Foundation
import LinuxBackend
import NIOCore
import NIOPosix
import TestSupport
import Testing

/// The control socket answers its own user, whatever others send.
@Suite(.inTime)
struct ControlServerTests {
  @Test func aClientGetsTheReportAndGivesOrders() async throws {
    let farm = FakeFarm()
    try await ControlBench.with(farm) { bench in
      let client = ControlClient(path: bench.path)
      let report = try await client.asked(.status).status
      #expect(report == .sample)
      #expect(try await client.asked(.drain(deadline: 1.5, isForced: true)).message == "draining")
      #expect(try await client.asked(.resume).ok)
      #expect(try await client.asked(.leave).ok)
      #expect(try await client.asked(.reload).message == "staged configuration 00000000000000bb")
      #expect(
        try await client.asked(.setWeight(group: "dns", weight: 50)).message == "the weight in dns is now 50")
      #expect(
        farm.followed == [
          .drain(deadline: .milliseconds(1500), isForced: true), .resume, .leave, .setWeight(GroupID(1), 50),
        ])
    }
  }

  @Test func aRefusalIsOneLineThatSaysWhy() async throws {
    try await ControlBench.with(FakeFarm(refusing: .lastNodeUp)) { bench in
      let client = ControlClient(path: bench.path)
      let drained = try await client.asked(.drain(deadline: nil, isForced: false))
      #expect(!drained.ok)
      #expect(drained.error?.contains("last node that is up") == true)
      #expect(try await client.asked(.reload).error == "farm.yaml:3:1: unknown key 'nods' and more")
      let nearest = try await client.asked(.setWeight(group: "wep", weight: 1)).error
      #expect(nearest == "no such group; did you mean 'web'?")
      #expect(
        try await client.asked(.setWeight(group: nil, weight: 1)).error
          == "the farm has several groups; say which: web, dns")
    }
  }

  @Test func theSocketIsItsUsersAlone() async throws {
    try await ControlBench.with { bench in
      var status = stat()
      #expect(lstat(bench.path, &status) == 0)
      #expect(status.st_mode & S_IFMT == S_IFSOCK)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test(arguments: [
    ("nonsense", "not a request"), ("{}", "no 'command'"), ("[]", "not a request"),
    ("\"status\"", "not a request"),
    (#"{"command":"statsu"}"#, "no command 'statsu'; did you mean 'status'?"),
    (#"{"command":"selfdestruct"}"#, "expected one of status, drain"),
    (#"{"command":7}"#, "'command' is wrong"),
    (#"{"command":"drain","deadline_seconds":-1}"#, "expected 0 to 604800"),
    (#"{"command":"drain","deadline_seconds":1e300}"#, "expected 0 to 604800"),
    (#"{"command":"drain","forse":true}"#, "unknown key 'forse'; did you mean 'force'?"),
    (#"{"command":"drain","force":"yes"}"#, "'force' is wrong; expected true or false"),
    (#"{"command":"set_weight"}"#, "needs a weight"),
    (#"{"command":"set_weight","weight":1.5}"#, "needs a weight"),
    (#"{"command":"set_weight","weight":70000}"#, "needs a weight"),
    ("\u{0}\u{1}\u{FFFD}", "not a request"),
  ])
  func garbageGetsAnErrorAndTheConnectionGoesOn(line: String, expected: String) async throws {
    let farm = FakeFarm()
    try await ControlBench.with(farm) { bench in
      let client = try bench.client()
      client.send(line + "\n")
      let reply = try #require(await client.line())
      #expect(reply.contains(#""ok":false"#))
      #expect(reply.replacing("\\", with: "").contains(expected), "\(reply)")
      client.send("\n{\"command\":\"resume\"}\n")
      #expect(await client.line() == #"{"message":"resumed","ok":true}"#)
      #expect(farm.followed == [.resume])
    }
  }

  @Test func randomBytesEndNoServer() async throws {
    try await ControlBench.with { bench in
      for _ in 0..<60 {
        let client = try bench.client()
        client.send((0..<Int.random(in: 1...6000)).map { _ in UInt8.random(in: .min ... .max) })
        client.endSending()
        #expect(await client.isClosed())
      }
      #expect(try await ControlClient(path: bench.path).asked(.status).ok)
    }
  }

  @Test func requestsSentTogetherAreAnsweredInOrder() async throws {
    try await ControlBench.with(FakeFarm(delay: 5)) { bench in
      let client = try bench.client()
      client.send("{\"command\":\"resume\"}\n{\"command\":\"status\"}\n{\"command\":\"leave\"}")
      client.endSending()
      #expect(await client.line()?.contains("resumed") == true)
      #expect(await client.line()?.contains(#""digest":"8a41c07f2be9d310""#) == true)
      #expect(await client.line()?.contains("leaving") == true)
      #expect(await client.isClosed())
    }
  }

  @Test func aRequestWithoutEndIsRefusedAtItsLimitAndTheConnectionClosed() async throws {
    var limits = ControlServer.Limits()
    limits.line = 1000
    try await ControlBench.with(limits: limits) { bench in
      let client = try bench.client()
      client.send(String(repeating: "x", count: 5000))
      #expect(await client.line()?.contains("longer than 1000 bytes") == true)
      #expect(await client.isClosed())
    }
  }
}
