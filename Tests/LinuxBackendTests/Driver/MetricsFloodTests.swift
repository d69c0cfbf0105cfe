import Engine
import FarmFile
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import LinuxBackend

/// Every user of a machine may ask for the metrics as often as he likes.
///
/// Here he does so for some seconds. With `FARMSIM_LONG=1` in the environment he does so for a minute, and the cost is
/// printed.
@Suite(.serialized, .needsNamespaces)
struct MetricsFloodTests {
  private static let isLong = ProcessInfo.processInfo.environment["FARMSIM_LONG"] == "1"

  @Test func twoThousandQuestionsASecondRemoveNobodyAndCostTheDriverNextToNothing()
    async throws
  {
    let farm = try DaemonFarm()
    try await farm.startAll()
    let node = farm.nodes[0]
    let epochs = farm.nodes.compactMap { $0.status?.view.epoch }
    let seconds = Self.isLong ? 60.0 : 4
    let quiet = try await cost(of: node.pid, seconds) {}
    try await flood(node, in: farm.segment.nodes[0], seconds, quiet: quiet)
    #expect(farm.nodes.compactMap { $0.status?.view.epoch } == epochs, "somebody was removed")
  }

  /// A farm file of 32 nodes with eight groups of 1024 buckets.
  static let largest: String = {
    let names = (1...32).map { "node\($0)" }
    let groups = (1...8).map { "g\($0)" }
    return """
      farm:
        nodes: [\(names.joined(separator: ", "))]
        virtual_ip: 10.77.0.100
        groups: {\(groups.map { "\($0): {buckets: 1024}" }.joined(separator: ", "))}
        rules: [\(groups.enumerated().map { "{port: \(8001 + $0), group: \($1)}" }.joined(separator: ", "))]
      linux:
        interfaces: {lan: eth0}
        addresses: {\(names.enumerated().map { "\($1): {lan: 10.77.0.\($0 + 1)}" }.joined(separator: ", "))}
        key_file: KEY

      """
  }()

  @Test func questionsCostTheDriverOfTheLargestFarmNextToNothing() async throws {
    let farm = try DaemonFarm(Self.largest)
    let (machine, others) = (farm.segment.nodes[0], farm.segment.nodes[1])
    for node in 3...32 { try others.shell("ip addr add 10.77.0.\(node)/24 dev eth0") }
    let setup = DriverSetup(try DaemonFile.read(path: farm.file).get(), node: NodeID(1))
    #expect(setup.farm.settings.ownershipGroups.map(\.bucketCount) == Array(repeating: 1024, count: 8))
    let spoken = try others.run { try SpokenNodes(setup) }
    defer { spoken.end() }
    let node = try farm.start(0)
    let before = try await node.wait { $0.heartbeats.received > 1000 && $0.status != "listening" }
    #expect(before.members.count { $0.status == "standby" } == 31, "\(node.log)")
    let seconds = Self.isLong ? 60.0 : 8
    let quiet = try await cost(of: node.pid, seconds) {}
    let known = try #require(node.status)
    try await flood(node, in: machine, seconds, quiet: quiet)
    let after = try #require(node.status)
    #expect(after.view == known.view || after.view.epoch == known.view.epoch, "somebody was removed")
    #expect(after.members.map(\.status) == known.members.map(\.status))
  }

  /// Asks two thousand times a second, and judges what that costs the driver's thread.
  /// - Parameter quiet: the thread's cost without questions.
  private func flood(
    _ node: DaemonProcess, in machine: TestNamespace, _ seconds: Double, quiet: Double
  ) async throws {
    let answered = Mutex(0)
    let busy = try await cost(of: node.pid, seconds) {
      let count = try await offPool {
        Result { try machine.run { Self.ask(for: seconds, perSecond: 2000) } }
      }.get()
      answered.withLock { $0 = count }
    }
    let count = answered.withLock { $0 }
    if Self.isLong {
      print("metrics: \(count) answers; \(busy) of the driver's thread, \(quiet) without questions")
    }
    #expect(count > Self.enough, "\(count) questions were answered")
    #expect(busy - quiet < 0.05, "\(busy) instead of \(quiet) of the driver's thread")
  }

  /// The share of a processor that a process's driver thread takes during some work, which lasts at least this many
  /// seconds.
  private func cost(of pid: pid_t, _ seconds: Double, _ body: () async throws -> Void) async throws -> Double
  {
    let before = try Self.driverTime(pid)
    let begin = Date()
    try await body()
    try await Task.sleep(for: .seconds(max(0, seconds - Date().timeIntervalSince(begin))))
    return try (Self.driverTime(pid) - before) / Date().timeIntervalSince(begin)
  }

  /// The processor time of the driver's thread, in seconds. Its event loop is the first that a daemon makes.
  private static func driverTime(_ pid: pid_t) throws -> Double {
    let tasks = "/proc/\(pid)/task"
    for task in try FileManager.default.contentsOfDirectory(atPath: tasks).sorted(by: { Int($0)! < Int($1)! })
    {
      let name = try String(contentsOfFile: "\(tasks)/\(task)/comm", encoding: .utf8)
      guard name.hasPrefix("NIO-ELT-") else { continue }
      let text = try String(contentsOfFile: "\(tasks)/\(task)/schedstat", encoding: .utf8)
      return try #require(text.split(separator: " ").first.flatMap { Double($0) }) / 1e9
    }
    throw TestNamespace.Failure("no event loop in \(tasks)")
  }

  /// This many questions starve a driver that reads the kernel for each of them. A busy machine takes longer to send
  /// them.
  private static let enough = 1000

  /// Asks on the calling thread, one connection each, until the time is over and ``enough`` were sent.
  /// - Returns: how many answers came.
  private static func ask(for seconds: Double, perSecond: Int) -> Int {
    let request = Array("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
    let begin = Date()
    var (sent, answered) = (0, 0)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let spent = Date().timeIntervalSince(begin),
      spent < seconds || answered <= enough && spent < 20 * seconds
    {
      guard Double(sent) < spent * Double(perSecond) else {
        usleep(200)
        continue
      }
      sent += 1
      let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      defer { close(file) }
      var patience = timeval(tv_sec: 1, tv_usec: 0)
      setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
      let address = IPAddress(v4: 0x7f00_0001)
      guard address.withSocketAddress(port: 9477, { connect(file, $0, $1) }) == 0 else { continue }
      send(file, request, request.count, Int32(MSG_NOSIGNAL))
      var count = 0
      while case let part = recv(file, &buffer, buffer.count, 0), part > 0 { count += part }
      if count > 1000 { answered += 1 }
    }
    return answered
  }
}
