import CLinux
import Engine
import FarmFile
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import LinuxBackend

/// Two drivers on one segment, each in a namespace of its own.
@Suite(.serialized, .needsNamespaces)
struct DriverFarmTests {
  /// Starts a node of a farm of two.
  static func start(
    _ node: Int, in segment: Segment, folder: String, key: String = "00112233445566778899aabbccddeeff"
  ) async throws -> FarmDriver {
    let path = "\(folder)/key\(node)"
    _ = FileManager.default.createFile(atPath: path, contents: Data((key + key).utf8))
    chmod(path, 0o600)
    let text = """
      farm: {nodes: 2, virtual_ip: [10.77.0.100, "fd00:77::100"], rules: [{protocol: udp, port: 5300, identity: address_port}]}
      networks: {lan: , six: {carries: heartbeat}}
      linux:
        interfaces: {lan: eth0, six: eth0}
        addresses:
          node1: {lan: 10.77.0.1, six: "fd00:77::1"}
          node2: {lan: 10.77.0.2, six: "fd00:77::2"}
        key_file: \(path)
        run_directory: \(folder)/run\(node)
        state_directory: \(folder)/state\(node)
      """
    let file = try DaemonFile.read(text: text, file: "test.yaml").get()
    return try await start(DriverSetup(file, node: NodeID(node)), in: segment)
  }

  /// Starts a node on the machine with its number.
  static func start(_ setup: DriverSetup, in segment: Segment) async throws -> FarmDriver {
    let namespace = try segment.nodes[setup.node.index].run {
      open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
    }
    return try await FarmDriver.start(setup) {
      precondition(clinux_setns(namespace, CLONE_NEWNET) == 0, "the driver is not in its namespace")
      close(namespace)
    } onEvent: { _, _ in
    }
  }

  /// Waits until a driver's state is as wanted.
  /// - Returns: its last state.
  static func wait(
    for driver: FarmDriver, seconds: Double = 15, until isThere: (DriverGlance) -> Bool
  ) async throws -> DriverGlance {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      let glance = try await driver.glance()
      if isThere(glance) || Date() > end { return glance }
      try await Task.sleep(nanoseconds: 20_000_000)
    }
  }

  static func claims(_ glance: DriverGlance) -> [Int] { glance.standing.groups[0].claims }

  /// Clients are answered once.
  @Test func twoShareTheBucketsAndANodeThatLeavesTakesEverythingWithIt()
    async throws
  {
    let segment = try Segment(nodes: 2)
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let one = try await DriverFarmTests.start(0, in: segment, folder: folder)
    let two = try await DriverFarmTests.start(1, in: segment, folder: folder)
    for driver in [one, two] {
      let glance = try await DriverFarmTests.wait(for: driver) { DriverFarmTests.claims($0) == [128, 128] }
      #expect(DriverFarmTests.claims(glance) == [128, 128])
      #expect(glance.standing.groups[0].holes == 0 && glance.standing.groups[0].doubles == 0)
      #expect(glance.standing.view.members == NodeSet(first: 2))
      // Both networks carry heartbeats, and only the node's own broadcasts came twice.
      #expect(
        glance.datagrams.received > 0 && glance.datagrams.dropped == 0 && glance.datagrams.sendFailed == 0)
    }
    for address in [Segment.v4, Segment.v6] {
      let answers = try Datagrams.ask(address, times: 200, in: segment)
      #expect(answers.allSatisfy { $0.count == 1 })
      #expect(Set(answers.joined()) == [0, 1])
    }

    #expect(try await two.follow(.leave) == nil)
    try await two.waitUntilEnded()
    #expect(
      try segment.nodes[1].shell("nft list tables; ip addr show eth0 | grep -c '100/\\(32\\|128\\)' || true")
        == "0\n")
    let glance = try await DriverFarmTests.wait(for: one) { DriverFarmTests.claims($0) == [256, 0] }
    #expect(DriverFarmTests.claims(glance) == [256, 0])
    #expect(try segment.nodes[0].shell("nft list tables").contains("inet farmd"))
    _ = try await one.follow(.stop)
    try await one.waitUntilEnded()
    #expect(try segment.nodes[0].shell("nft list tables") == "")
  }

  @Test func aNodeWithAnotherKeyServesNothingBesideTheFarmAndIsHeardByNobody() async throws {
    let segment = try Segment(nodes: 2)
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let one = try await DriverFarmTests.start(0, in: segment, folder: folder)
    _ = try await DriverFarmTests.wait(for: one) { DriverFarmTests.claims($0) == [256, 0] }
    let stranger = try await DriverFarmTests.start(
      1, in: segment, folder: folder, key: "ffeeddccbbaa99887766554433221100")
    // Longer than a node that is alone takes to come up: tau + T, then 3 T.
    try await Task.sleep(nanoseconds: 2_500_000_000)
    let seen = try await stranger.glance()
    #expect(seen.standing.status == .listening && DriverFarmTests.claims(seen) == [0, 0])
    #expect(seen.datagrams.badMAC > 20 && seen.datagrams.received == 0)
    #expect(DriverFarmTests.claims(try await one.glance()) == [256, 0])
    for driver in [stranger, one] {
      _ = try await driver.follow(.stop)
      try await driver.waitUntilEnded()
    }
  }

  /// Work that others give to the loop, such as the questions of many clients, comes before its sockets.
  @Test func aLoopThatAlwaysHasSomethingElseToDoHearsTheOthersAllTheSame() async throws {
    let segment = try Segment(nodes: 2)
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let one = try await DriverFarmTests.start(0, in: segment, folder: folder)
    let two = try await DriverFarmTests.start(1, in: segment, folder: folder)
    let before = try await DriverFarmTests.wait(for: one) { DriverFarmTests.claims($0) == [128, 128] }
    #expect(DriverFarmTests.claims(before) == [128, 128])

    // Three times as long as it takes to miss a node.
    let end = MonotonicClock.now + .milliseconds(1500)
    DriverFarmTests.occupy(one.loop, until: end)
    try await Task.sleep(for: .milliseconds(1700))
    for driver in [one, two] {
      let after = try await driver.glance()
      #expect(after.standing.epoch == before.standing.epoch, "somebody was removed")
      #expect(DriverFarmTests.claims(after) == [128, 128])
    }
    for driver in [two, one] {
      _ = try await driver.follow(.stop)
      try await driver.waitUntilEnded()
    }
  }

  /// Gives a loop a task that gives it the next one, so that it never looks at its sockets.
  private static func occupy(_ loop: any EventLoop, until end: Instant) {
    loop.execute { if MonotonicClock.now < end { occupy(loop, until: end) } }
  }

  @Test func aSecondDaemonForTheSameNodeIsRefusedAndWhatFailedToStartLeavesNothing()
    async throws
  {
    let segment = try Segment(nodes: 2)
    let folder = try IncarnationStoreTests.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let one = try await DriverFarmTests.start(0, in: segment, folder: folder)
    await #expect(throws: DriverError.self) {
      try await DriverFarmTests.start(0, in: segment, folder: folder)
    }
    // The other node's address is not on this machine.
    do {
      _ = try await FarmDriver.start(
        DriverSetup(try await one.glance().setup.other(in: folder), node: NodeID(1)),
        onThread: {}, onEvent: { _, _ in })
      Issue.record("it starts without its address")
    } catch {
      #expect("\(error)".contains("there is no interface") || "\(error)".contains("is not an address"))
    }
    _ = try await one.follow(.stop)
    try await one.waitUntilEnded()
  }
}

extension DriverSetup {
  /// The same farm with a run directory of its own.
  fileprivate func other(in folder: String) throws -> DaemonFile {
    let name = "nowhere0"
    let moved = text.replacing("\"eth0\"", with: "\"\(name)\"").replacing("/run0", with: "/run9").replacing(
      "/state0", with: "/state9")
    return try DaemonFile.read(text: moved, file: "other.yaml").get()
  }
}
