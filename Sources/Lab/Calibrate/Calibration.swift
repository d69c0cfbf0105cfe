import Engine
import Foundation
import Sim

/// The times of this machine's kernel, timers and virtual wires, as models of the simulator.
public struct Calibration: Sendable {
  /// By number of buckets, ascending.
  public let commits: [(buckets: Int, takeOver: MeasuredTimes, renewal: MeasuredTimes)]
  /// How late the daemon's timers are: on an idle machine, and with twice as many busy threads as cores.
  public let timer: MeasuredTimes
  public let timerLoaded: MeasuredTimes
  public let frame: MeasuredTimes

  public static let bucketCounts = [64, 256, 1024, 4096]

  /// Measures for some seconds, in namespaces of its own.
  /// - Parameter rounds: how often each time is measured.
  /// - Throws: what the machine lacks for a lab, in one line.
  public static func measure(rounds: Int = 300) throws(LabError) -> Calibration {
    let namespace = try NetworkNamespace(name: "calibration")
    var commits: [(buckets: Int, takeOver: MeasuredTimes, renewal: MeasuredTimes)] = []
    for buckets in bucketCounts {
      let (takeOver, renewal) = try CommitTimes.measure(buckets: buckets, rounds: rounds, in: namespace)
      commits.append((buckets, takeOver, renewal))
    }
    return Calibration(
      commits: commits, timer: try TimerTimes.measure(rounds: rounds, isLoaded: false),
      timerLoaded: try TimerTimes.measure(rounds: rounds, isLoaded: true),
      frame: try FrameTimes.measure(rounds: rounds))
  }

  /// The times of a take-over with the smallest measured size that is not below `buckets`, or else the largest size.
  public func commit(buckets: Int) -> MeasuredTimes {
    (commits.first { $0.buckets >= buckets } ?? commits[commits.count - 1]).takeOver
  }

  /// The scenario with this machine's times instead of its own.
  public func applied(to scenario: Scenario) -> Scenario {
    var scenario = scenario
    scenario.kernel.commit = commit(buckets: Calibration.buckets(of: scenario)).law
    scenario.kernel.timer = timer.law
    for i in scenario.networks.indices { scenario.networks[i].delay = frame.law }
    return scenario
  }

  static func buckets(of scenario: Scenario) -> Int {
    scenario.farm.settings.ownershipGroups.map(\.bucketCount).max() ?? 1024
  }

  /// What was measured, one sentence each.
  public var sentences: [String] {
    commits.map {
      "A commit of a take-over with \($0.buckets) buckets takes \($0.takeOver.words); renewing the lease beside it \($0.renewal.words)."
    } + [
      "The daemon’s timers are late by \(timer.words) on an idle machine, and by \(timerLoaded.words) with every core busy.",
      "A datagram takes \(frame.words) from machine to machine in the lab.",
    ]
  }

  /// A file that scenarios can include: the models in the words of a scenario file, and where they come from.
  /// - Parameters:
  ///   - buckets: the size of the group that the commit time is for.
  ///   - networks: the names of the networks that get the measured delay.
  ///   - machine: where it was measured, and when; one line each.
  public func yaml(buckets: Int, networks: [String], machine: [String]) -> String {
    var lines = ["# What this machine takes, for the simulator: measured by farmsim calibrate."]
    lines += machine.map { "# \($0)" }
    lines.append("#")
    lines += sentences.map { "# \($0)" }
    lines.append("kernel:")
    lines.append("  commit: \(Calibration.text(commit(buckets: buckets).law)) # for \(buckets) buckets")
    lines.append("  timer: \(Calibration.text(timer.law))")
    if !networks.isEmpty { lines.append("networks:") }
    for name in networks { lines.append("  \(name): {delay: \(Calibration.text(frame.law))}") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ law: DelayModel) -> String {
    guard case .lognormal(let median, let sigma) = law else { return "" }
    return "{lognormal: [\(MeasuredTimes.micro(Double(median.nanoseconds) * 1e-9)), \(sigma)]}"
  }
}
