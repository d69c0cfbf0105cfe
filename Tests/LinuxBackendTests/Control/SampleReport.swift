import LinuxBackend

/// A farm of three nodes in the middle of a drain, with something in every field.
extension StatusReport {
  static let sample = StatusReport(
    version: "0.1.0", process: 4711, node: "node1", farm: 7,
    service: ServiceReport(serves: true, text: "serves 264 of 320 buckets"), status: "up",
    secondsInStatus: 192.5,
    secondsRunning: 7380, secondsOfLease: 0.412,
    view: ViewReport(digest: "8a41c07f2be9d310", epoch: 12, secondsUnchanged: 1.25),
    configuration: ConfigurationReport(
      digest: "00000000000000aa", staged: "00000000000000bb", waitsFor: ["node2"]),
    members: [
      MemberReport(
        node: "node1", status: "up", isInView: true, isServing: true, secondsSinceHeard: nil,
        weights: [100, 100]),
      MemberReport(
        node: "node2", status: "draining", isInView: true, isServing: false, secondsSinceHeard: 0.042,
        weights: [100, 50]),
      MemberReport(
        node: "node3", status: nil, isInView: false, isServing: false, secondsSinceHeard: nil, weights: []),
    ],
    groups: [
      GroupReport(
        name: "web", buckets: 256, claims: [200, 50, 0], holes: 6, doubles: 1,
        holesSeen: SeenReport(count: 70, bucketSeconds: 32.5, secondsOfLongest: 0.512, secondsSinceLast: 0),
        doublesSeen: SeenReport(
          count: 2, bucketSeconds: 0.003, secondsOfLongest: 0.002, secondsSinceLast: 90),
        accepted: 1200, rejected: 3600, flowsInside: 17, flowsOutside: 2),
      GroupReport(
        name: "dns", buckets: 64, claims: [64, 0, 0], holes: 0, doubles: 0, accepted: nil, rejected: nil,
        flowsInside: 0, flowsOutside: 0),
    ],
    heartbeats: HeartbeatReport(
      sent: 900, unsent: 3, received: 1800,
      dropped: [
        CountReport(name: "unknown_source", count: 0), CountReport(name: "foreign_farm", count: 5),
        CountReport(name: "stale", count: 2), CountReport(name: "own_echo", count: 900),
      ]),
    events: [CountReport(name: "view", count: 4), CountReport(name: "paused", count: 0)])
}
