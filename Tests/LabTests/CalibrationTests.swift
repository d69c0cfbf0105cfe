import Engine
import Foundation
import Sim
import Testing

@testable import Lab

/// How measured values get into scenarios.
@Suite struct CalibrationTests {
  private static let text = """
    farm:
      nodes: 2
      virtual_ip: 192.0.2.100
      groups: {web: {buckets: 1024, hash_seed: 1}}
      rules: [{protocol: tcp, port: 80, group: web}]
    networks:
      lan: {carries: [service, heartbeat]}
      heartbeat: {delay: 5 ms, carries: heartbeat}
    run: {duration: 4 s}
    """

  /// Log-normal times around a median.
  private static func times(_ median: Double) -> MeasuredTimes {
    MeasuredTimes((1..<1000).map { UInt64(median * exp(0.4 * (Double($0) / 500 - 1))) })
  }

  private static let calibration = Calibration(
    commits: [64, 256, 1024, 4096].map { ($0, times(Double($0) * 1000), times(90_000)) },
    timer: times(70_000), timerLoaded: times(900_000), frame: times(30_000))

  @Test func theFileIncludedIsTheScenarioWithTheMachinesFigures() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("calibration-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = Self.calibration.yaml(
      buckets: 1024, networks: ["lan", "heartbeat"], machine: ["Kernel: a: b #c"])
    try file.write(to: folder.appendingPathComponent("calibration.yaml"), atomically: true, encoding: .utf8)
    let main = folder.appendingPathComponent("main.yaml").path

    let plain = try Scenario.read(text: Self.text, name: main).get()
    let included = try Scenario.read(text: "include: calibration.yaml\n" + Self.text, name: main).get()
    let applied = Self.calibration.applied(to: plain)
    #expect(included.kernel.commit == applied.kernel.commit && included.kernel.timer == applied.kernel.timer)
    #expect(plain.kernel.timer == .constant(.zero), "the timer lateness comes from the calibration alone")
    #expect(applied.kernel.timer != plain.kernel.timer && applied.kernel.commit != plain.kernel.commit)
    // Values that the scenario itself gives take precedence.
    #expect(included.networks.map(\.delay) == [applied.networks[0].delay, plain.networks[1].delay])
  }
}
