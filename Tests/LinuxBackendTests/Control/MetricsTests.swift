import Engine
import FarmFile
import Foundation
import LinuxBackend
import NIOPosix
import Testing

/// Metrics are in Prometheus' text format, and this machine's alone.
@Suite struct MetricsTests {
  @Test func theTextKeepsToTheFormatAndSaysWhatTheReportSays() {
    let metrics = Exposition(MetricsText(.sample, residentBytes: 1_048_576).text)
    #expect(metrics.problems == [])
    let expected: [String: Double] = [
      #"farmd_info{version="0.1.0",node="node1",farm="7"}"#: 1, #"farmd_status{status="up"}"#: 1,
      #"farmd_status{status="fenced"}"#: 0, "farmd_lease_seconds": 0.412, "farmd_view_epoch": 12,
      "farmd_serves": 1, #"farmd_obstacle{reason="held_down"}"#: 0,
      #"farmd_member_differs{member="node2"}"#: 0,
      "farmd_configuration_staged": 1, "farmd_resident_memory_bytes": 1_048_576,
      #"farmd_member_in_view{member="node2"}"#: 1, #"farmd_member_serving{member="node2"}"#: 0,
      #"farmd_member_silence_seconds{member="node2"}"#: 0.042,
      #"farmd_claimed_buckets{group="web",member="node1"}"#: 200,
      #"farmd_claimed_buckets{group="web",member="node3"}"#: 0, #"farmd_holes{group="web"}"#: 6,
      #"farmd_doubles{group="web"}"#: 1, #"farmd_holes_seen_total{group="web"}"#: 70,
      #"farmd_holes_seen_total{group="dns"}"#: 0, #"farmd_hole_seconds_total{group="web"}"#: 32.5,
      #"farmd_longest_hole_seconds{group="web"}"#: 0.512, #"farmd_last_hole_seconds{group="web"}"#: 0,
      #"farmd_doubles_seen_total{group="web"}"#: 2, #"farmd_double_seconds_total{group="web"}"#: 0.003,
      #"farmd_longest_double_seconds{group="web"}"#: 0.002, #"farmd_last_double_seconds{group="web"}"#: 90,
      #"farmd_flows{group="web",place="outside"}"#: 2,
      #"farmd_packets_total{group="web",verdict="accepted"}"#: 1200, "farmd_heartbeats_sent_total": 900,
      #"farmd_heartbeats_dropped_total{reason="foreign_farm"}"#: 5, #"farmd_events_total{event="view"}"#: 4,
    ]
    for (name, value) in expected { #expect(metrics.samples[name] == value, "\(name)") }
    // Unknown values are left out instead of being zero.
    #expect(metrics.samples[#"farmd_last_hole_seconds{group="dns"}"#] == nil)
    #expect(metrics.samples[#"farmd_packets_total{group="dns",verdict="accepted"}"#] == nil)
    #expect(metrics.samples[#"farmd_member_silence_seconds{member="node3"}"#] == nil)
  }

  @Test func checkersHaveMetricsOfTheirOwnIfThereAreAny() {
    #expect(!MetricsText(.sample).text.contains("checker"))
    var report = StatusReport.sample
    let actions = [CountReport(name: "wait", count: 0), CountReport(name: "restart", count: 2)]
    report.health = CheckerReport(
      isHealthy: false, isHeldOut: true,
      checkers: [
        .init(
          name: "tcp 80", isWell: false, reason: "exit code 1", runs: 40, failures: 7, secondsOfRun: 0.25,
          secondsSinceFailure: 1.5, actions: actions),
        .init(name: "say \"hi\"", isWell: true, runs: 1),
      ])
    let metrics = Exposition(MetricsText(report).text)
    #expect(metrics.problems == [])
    let expected: [String: Double] = [
      "farmd_healthy": 0, "farmd_held_out": 1, #"farmd_checker_well{checker="tcp 80"}"#: 0,
      #"farmd_checker_well{checker="say \"hi\""}"#: 1, #"farmd_checker_runs_total{checker="tcp 80"}"#: 40,
      #"farmd_checker_failures_total{checker="tcp 80"}"#: 7,
      #"farmd_checker_failures_total{checker="say \"hi\""}"#: 0,
      #"farmd_checker_run_seconds{checker="tcp 80"}"#: 0.25,
      #"farmd_last_checker_failure_seconds{checker="tcp 80"}"#: 1.5,
      #"farmd_checker_actions_total{checker="tcp 80",action="restart"}"#: 2,
      #"farmd_checker_actions_total{checker="tcp 80",action="wait"}"#: 0,
    ]
    for (name, value) in expected { #expect(metrics.samples[name] == value, "\(name)") }
    #expect(metrics.types["farmd_checker_run_seconds"] == "gauge")
    // A checker that has not failed yet has no time of a failure.
    #expect(metrics.samples[#"farmd_last_checker_failure_seconds{checker="say \"hi\""}"#] == nil)
  }

  @Test func aNodeThatDoesNotKnowWhatOthersClaimGivesNoNumber() {
    var report = StatusReport.sample
    (report.groups[0].holes, report.groups[0].doubles) = (nil, nil)
    let metrics = Exposition(MetricsText(report).text)
    #expect(metrics.problems == [])
    #expect(metrics.samples[#"farmd_holes{group="web"}"#] == nil)
    #expect(metrics.samples[#"farmd_doubles{group="web"}"#] == nil)
    #expect(metrics.samples[#"farmd_holes{group="dns"}"#] == 0)
    #expect(
      StatusText(report).text.contains("nobody (holes)                                unknown       0\n"))
  }

  @Test func aNameWithQuotesBackslashesAndLineBreaksStaysOneLabel() {
    var report = StatusReport.sample
    report.node = "a\"b\\c\nd"
    let metrics = Exposition(MetricsText(report).text)
    #expect(metrics.problems == [])
    #expect(metrics.samples[#"farmd_info{version="0.1.0",node="a\"b\\c\nd",farm="7"}"#] == 1)
  }

  @Test(arguments: [
    "farmd_x 1\n", "# HELP a b\n# TYPE a gauge\na{b=\"c} 1\n", "# HELP a b\n# TYPE a counter\na 1\n",
    "# HELP a b\n# TYPE a gauge\na one\n", "# HELP a b\n# TYPE a gauge\na 1\na 1\n",
    "# HELP a b\n# TYPE a gauge\na 1",
  ])
  func theReaderOfThisTestFindsWhatIsWrong(text: String) { #expect(Exposition(text).problems.count > 0) }

  @Test func aScrapeOverHTTPGetsThemAndOtherPagesAndMethodsDoNot() async throws {
    let server = try await start("127.0.0.1")
    let port = try #require(server.port)
    let answer = await exchange(port, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.contains("Content-Type: text/plain; version=0.0.4"))
    let body = try #require(answer.range(of: "\r\n\r\n")).upperBound
    #expect(Exposition(String(answer[body...])).problems == [])
    #expect(answer.contains("farmd_holes{group=\"web\"} 6"))
    #expect(await exchange(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").hasPrefix("HTTP/1.1 404"))
    #expect(
      await exchange(port, "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").hasPrefix(
        "HTTP/1.1 405"))
    let head = await exchange(port, "HEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(head.hasPrefix("HTTP/1.1 200") && head.hasSuffix("\r\n\r\n"))
    #expect(await exchange(port, "\u{1}\u{2}nonsense\r\n\r\n").hasPrefix("HTTP/1.1 400"))
    await server.stop()
  }

  @Test(arguments: ["0.0.0.0", "192.0.2.1", "::"])
  func anAddressThatOthersReachIsRefused(address: String) async throws {
    let shown = address.contains(":") ? "[\(address)]:0" : "\(address):0"
    await #expect(throws: ControlError.notLoopback(shown)) { try await start(address) }
  }

  private func start(_ address: String) async throws -> MetricsServer {
    let endpoint = SocketEndpoint(address: try #require(IPAddress(parsing: address)), port: 0)
    return try await MetricsServer.start(
      at: endpoint, service: FakeFarm(), loops: MultiThreadedEventLoopGroup.singleton)
  }

  /// Everything that the server answers to these bytes until it closes.
  private func exchange(_ port: Int, _ request: String) async -> String {
    await offPool {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(port).bigEndian
      address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
      let result = withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard result == 0 else { return "no connection" }
      var time = timeval(tv_sec: 3, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
      let bytes = Array(request.utf8)
      _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
      var answer: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 65_536)
      while case let count = recv(descriptor, &piece, piece.count, 0), count > 0 { answer += piece[..<count] }
      return String(decoding: answer, as: UTF8.self)
    }
  }
}
