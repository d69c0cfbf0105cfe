import Engine
import Foundation
import Sim

/// How many heartbeats the nodes of a lab receive, and whether the cores of this machine can carry them.
///
/// Each node hears every other one on every network, so that the number grows with the square of the nodes: at ten a
/// second, four nodes on one network receive 120 and 64 nodes 40,320. Daemons that wait for a core are late, and the
/// lab then measures the machine.
public struct LabBurden: Sendable, Hashable {
  /// Heartbeats received in a second by all nodes together.
  public let heartbeats: Double
  public let nodes: Int
  public let cores: Int

  /// Heartbeats a second that one core carries easily besides its other work, and the most that it carries at all.
  public static let (easyPerCore, mostPerCore) = (5_000.0, 15_000.0)

  public init(_ scenario: Scenario, cores: Int = ProcessInfo.processInfo.activeProcessorCount) {
    precondition(cores >= 1, "a machine has a core")
    let settings = scenario.farm.settings
    nodes = settings.nodeCount
    self.cores = cores
    heartbeats =
      Double(settings.networks.count * nodes * (nodes - 1)) / settings.heartbeat.interval.seconds
  }

  /// Why the lab cannot be played here; `nil` if it can.
  public var refusal: String? {
    guard heartbeats > LabBurden.mostPerCore * Double(cores) else { return nil }
    return "\(load) and carries \(most(LabBurden.mostPerCore)) at most; \(remedy(LabBurden.mostPerCore))"
  }

  /// What to expect of it; `nil` if there is nothing to say.
  public var warning: String? {
    guard refusal == nil, heartbeats > LabBurden.easyPerCore * Double(cores) else { return nil }
    return
      "\(load) and carries \(most(LabBurden.easyPerCore)) easily: its own delays will show in the real side; "
      + remedy(LabBurden.easyPerCore)
  }

  private var load: String {
    "the \(nodes) nodes receive \(Readable.count(Int(heartbeats))) heartbeats a second, and this machine has "
      + "\(Readable.count(cores, "core"))"
  }

  private func most(_ perCore: Double) -> String { Readable.count(Int(perCore * Double(cores))) }

  /// `up to 55 nodes do, or a longer heartbeat interval`.
  private func remedy(_ perCore: Double) -> String {
    let each = heartbeats / Double(nodes * (nodes - 1))
    var fitting = 2
    while Double((fitting + 1) * fitting) * each <= perCore * Double(cores) { fitting += 1 }
    return "up to \(fitting) nodes would do, or a longer heartbeat interval"
  }
}
