import Engine
import Foundation
import Sim

/// How much traffic the lab's clients and servers can carry without slowing the daemons.
public struct LabCapacity: Sendable, Hashable {
  /// New connections and requests in a second.
  public var arrivals: Double
  /// TCP flows that are open at one time.
  public var flows: Double
  /// Segments that are sent and echoed in a second.
  public var segments: Double

  public init(arrivals: Double, flows: Double, segments: Double) {
    (self.arrivals, self.flows, self.segments) = (arrivals, flows, segments)
  }

  /// For two cores that also run the daemons: a few tenths of one core.
  public static let twoCores = LabCapacity(arrivals: 300, flows: 1500, segments: 1000)
}

extension LabPlan {
  /// Scales the arrivals of all streams by one factor. The behaviour of a single client does not change.
  mutating func scaleTraffic(to capacity: LabCapacity = .twoCores) {
    var load = LabCapacity(arrivals: 0, flows: 0, segments: 0)
    for stream in scenario.traffic {
      let connections = stream.session?.connections ?? 1
      let rate = stream.arrivals.highestRate * connections
      load.arrivals += rate
      guard scenario.rule(of: stream).transport == .tcp else { continue }
      let open = rate * stream.flow.duration.mean
      load.flows += open
      load.segments += open / max(1e-3, stream.flow.segmentInterval.seconds)
    }
    let factor = min(
      1, capacity.arrivals / max(load.arrivals, 1e-9), capacity.flows / max(load.flows, 1e-9),
      capacity.segments / max(load.segments, 1e-9))
    let retries = scenario.traffic.filter { $0.flow.retries != FlowModel.defaultRetries }
    if !retries.isEmpty {
      for i in scenario.traffic.indices { scenario.traffic[i].flow.retries = FlowModel.defaultRetries }
      notes.append("Connects are tried again when this kernel does: after 1, 1, 1, 1, 1, 2 and 4 s.")
    }
    guard factor < 1 else { return }
    let rounded = LabPlan.twoDigits(factor)
    for i in scenario.traffic.indices {
      scenario.traffic[i].arrivals = scenario.traffic[i].arrivals.scaled(by: rounded)
    }
    let reason: String
    if factor == capacity.arrivals / load.arrivals {
      reason =
        "\(Int(load.arrivals)) arrivals a second, and \(Int(capacity.arrivals)) are what two cores carry"
    } else if factor == capacity.flows / load.flows {
      reason =
        "\(Int(load.flows)) open flows in the end, and \(Int(capacity.flows)) are what two cores carry; a short repeat ends "
        + "before that many are open"
    } else {
      reason =
        "\(Int(load.segments)) segments a second, and \(Int(capacity.segments)) are what two cores carry"
    }
    notes.append("Traffic is scaled to \(LabPlan.percent(rounded)) of the scenario's, which has \(reason).")
  }

  /// Rounded down to two digits, so that the factor can be told exactly.
  private static func twoDigits(_ x: Double) -> Double {
    var (digits, scale) = (x, 1.0)
    while digits < 10 { (digits, scale) = (digits * 10, scale * 10) }
    return digits.rounded(.down) / scale
  }

  private static func percent(_ share: Double) -> String {
    let thousandths = (share * 100_000).rounded()
    return thousandths.truncatingRemainder(dividingBy: 1000) == 0
      ? "\(Int(thousandths / 1000)) %" : "\(thousandths / 1000) %"
  }
}

extension ArrivalModel {
  var highestRate: Double {
    switch self {
    case .poisson(let rate), .constant(let rate), .onOff(let rate, _, _): rate
    }
  }

  func scaled(by factor: Double) -> ArrivalModel {
    switch self {
    case .poisson(let rate): .poisson(rate: rate * factor)
    case .constant(let rate): .constant(rate: rate * factor)
    case .onOff(let rate, let on, let off): .onOff(rate: rate * factor, on: on, off: off)
    }
  }
}
