import Engine
import FarmFile
import LinuxBackend
import Testing

/// The first line of the status says whether the node serves, and why not.
@Suite struct ServiceTextTests {
  static let names = FarmNames(EventLogTests.farm)
  static let now = Instant(nanoseconds: 5_000_000_000)
  static let others = NodeSet(bits: 0b110)

  /// One obstacle of each kind, and its text.
  static let texts: [(ServiceObstacle, String)] = [
    (.stopped, "stopped"), (.closing, "its kernel has yet to confirm that it accepts nothing"),
    (.duplicateID, "another machine uses its node id"),
    (
      .addressTaken,
      "it hears no other node, and another machine answers for its address: is that a copy of this machine?"
    ),
    (.otherConfiguration(of: NodeSet(NodeID(1))), "beta has another configuration"),
    (.otherConfiguration(of: others), "beta and gamma have another configuration"),
    (.wrongKey(from: others), "its key does not explain the heartbeats from beta and gamma"),
    (.listening(until: now + .milliseconds(400)), "it listens whether a farm is there, for another 400 ms"),
    (.listening(until: now), "it listens whether a farm is there"), (.joining(waitsFor: .empty), "it joins"),
    (.joining(waitsFor: others), "it joins, and waits for heartbeats to and fro with beta and gamma"),
    (.tooFew(.witness), "it is alone, and the witness does not answer"),
    (.tooFew(.quorum), "it hears too few others for a majority"),
    (.heldDown(by: others), "held down by beta and gamma after too many joins"),
    (.unhealthy, "a check fails"),
    (.failback(until: nil), "failback is manual: it waits for 'farmd resume'"),
    (
      .failback(until: now + .seconds(30)),
      "failback is delayed: it waits for an unchanged view, for another 30 s"
    ),
    (.isolated, "isolated: it hears others and is heard by nobody"),
    (.deaf, "deaf: no frame arrives on the service network"),
    (
      .unheard(by: others),
      "it hears beta and gamma and is not heard there, so it leaves its buckets to others"
    ),
    (.detached, "it is not heard, or hears nobody, on the service network"), (.draining, "it drains"),
    (.leaving, "it leaves"), (.noLease(isRefused: true), "no lease: the kernel refuses what it is asked"),
    (.noLease(isRefused: false), "no lease: it was not renewed in time"),
    (.resuming(waitsFor: others), "it goes on as the daemon before it, and waits to hear beta and gamma"),
    (.noWeight, "its weight is 0 in every group"), (.noShare, "others come first in every group"),
    (.handOver(from: others), "its buckets are still with beta and gamma"),
  ]

  @Test(arguments: texts.indices)
  func everyReasonHasItsWords(_ i: Int) {
    #expect(Self.names.text(of: Self.texts[i].0, at: Self.now) == Self.texts[i].1)
  }

  @Test func noReasonIsLeftOutAndEachHasANameOfItsOwn() {
    #expect(Set(Self.texts.map(\.0.reason)) == Set(ServiceObstacle.Reason.allCases))
    #expect(
      Set(ServiceObstacle.Reason.allCases.map { "\($0.name)" }).count == ServiceObstacle.Reason.allCases.count
    )
  }

  @Test func anotherMemberThatIsDeafIsNamedAndThisNodeNotTwice() {
    var report = StatusReport.sample
    report.members[1].status = "deaf"
    let line = "\ndeaf    node2: no frame arrives on its service network, and it serves nobody\n"
    #expect(StatusText(report).text.contains(line))
    report.node = "node2"
    #expect(!StatusText(report).text.contains("\ndeaf  "))
  }

  @Test func theReasonStandsFirstAndWhatDiffersIsNamedBelow() {
    var report = StatusReport.sample
    report.service = ServiceReport(
      serves: false, reason: "held_down", text: "held down by node2 after too many joins, for another 47 s",
      nodes: ["node2"], secondsLeft: 47)
    report.configuration.differences = [
      DifferenceReport(
        node: "node3", digest: "00000000000000cc", isStaged: false, keys: nil,
        text: "node3 has another configuration: linux.port: 7946 here, 7947 on node3")
    ]
    report.members[2].hasOtherConfiguration = true
    let lines = StatusText(report).text.split(separator: "\n")
    #expect(lines[0] == "node1 does not serve: held down by node2 after too many joins, for another 47 s")
    #expect(
      lines.contains("differs node3 has another configuration: linux.port: 7946 here, 7947 on node3"))
    #expect(lines.contains { $0.hasPrefix("node3 ") && $0.contains("differs") })
    let metrics = Exposition(MetricsText(report).text)
    #expect(metrics.problems == [] && metrics.samples["farmd_serves"] == 0)
    #expect(metrics.samples[#"farmd_obstacle{reason="held_down"}"#] == 1)
    #expect(metrics.samples[#"farmd_member_differs{member="node3"}"#] == 1)
  }
}
