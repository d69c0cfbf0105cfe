import Foundation
import LinuxBackend
import Testing

/// A status is an aligned table for people and one object for scripts.
@Suite struct StatusTextTests {
  @Test func everyFieldHasItsPlace() {
    let expected = """
      node1 serves 264 of 320 buckets
      node1 of farm 7: up for 3 min 13 s
      view    8a41c07f2be9d310, epoch 12, unchanged for 1.2 s
      lease   412 ms left
      config  00000000000000aa; 00000000000000bb waits for node2
      farmd   0.1.0, process 4711, running for 2 h 3 min

      MEMBER          STATUS    VIEW     HEARD      web           dns
      node1           up        serving  this node  200 (78.1 %)  64 (100 %)
      node2           draining  skipped  42 ms ago  50 (19.5 %)   0
      node3           unknown   out      never      0             0
      nobody (holes)                                6             0
      two (doubles)                                 1             0

      SEEN  HOLES  LONGEST  LAST  DOUBLES  LONGEST  LAST
      web   70     512 ms   now   2        2 ms     1 min 30 s ago
      dns   0                     0

      GROUP  BUCKETS  ACCEPTED  REJECTED  FLOWS INSIDE  OUTSIDE
      web    256      1200      3600      17            2
      dns    64       unknown   unknown   0             0

      heartbeats  900 sent, 3 refused by the kernel, 1800 received
      dropped     5 foreign farm, 2 stale
      alarms      none

      """
    #expect(StatusText(.sample).text == expected)
  }

  @Test(arguments: [(0, "no open connection was"), (39, "39 open connections were")])
  func aDrainThatIsOverSaysHowManyConnectionsItCut(cut: Int, words: String) {
    var report = StatusReport.sample
    report.flowsCut = cut
    #expect(StatusText(report).text.contains("\ndrain   over: \(words) cut\n"))
  }

  @Test func alarmsAreCountedAndWhatIsNoneIsNot() {
    var report = StatusReport.sample
    report.events += ["set_back", "stale", "lease_lost", "fenced"].enumerated().map {
      CountReport(name: $0.element, count: UInt64($0.offset + 1))
    }
    #expect(StatusText(report).text.contains("\nalarms      1 set back, 2 stale, 3 lease lost\n"))
  }

  @Test func withoutALeaseItSaysWhatThatMeans() {
    var report = StatusReport.sample
    report.secondsOfLease = nil
    #expect(StatusText(report).text.contains("lease   none: the kernel filter accepts nothing\n"))
  }

  @Test func keysHaveUnderscoresAndTheLineReadsBackAsTheSameReport() throws {
    let line = ControlJSON.line(StatusReport.sample)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "configuration", "events", "farm", "groups", "heartbeats", "members", "node", "process",
        "seconds_in_status",
        "seconds_of_lease", "seconds_running", "service", "status", "version", "view",
      ])
    let member = try #require((object["members"] as? [[String: Any]])?[1])
    #expect(
      member.keys.sorted() == [
        "has_other_configuration", "is_in_view", "is_serving", "node", "seconds_since_heard", "status",
        "weights",
      ])
    let group = try #require((object["groups"] as? [[String: Any]])?[0])
    let seen = try #require(group["holes_seen"] as? [String: Any])
    #expect(seen.keys.sorted() == ["bucket_seconds", "count", "seconds_of_longest", "seconds_since_last"])
    #expect(seen["count"] as? Int == 70 && group["doubles_seen"] != nil)
    #expect(group["flows_inside"] as? Int == 17 && group["claims"] as? [Int] == [200, 50, 0])
    #expect(!line.contains(UInt8(ascii: "\n")))
    #expect(ControlJSON.text(StatusReport.sample).contains("\n"))
  }
}
