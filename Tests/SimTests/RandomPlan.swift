import FarmFile
import TestSupport

@testable import Sim

/// A small farm and a few faults of any kind, at any time: what people did not think of.
///
/// Times are in heartbeat intervals of a second, so that a run has few events.
struct RandomPlan {
  /// As an operator would write it.
  let text: String

  init(_ number: Int) {
    var dice = SplitMix64(state: UInt64(number) &* 0x9e37_79b9)
    let nodes = 2 + dice.next(below: 3)
    let length = 14 + dice.next(below: 14)
    var faults: [String] = []
    for _ in 0..<(1 + dice.next(below: 4)) {
      let at = 7000 + dice.next(below: (length - 7) * 1000)
      let isLasting = dice.next(below: 3) > 0
      let span = isLasting ? "for: \(50 + dice.next(below: 9000)) ms, " : ""
      faults.append("  - {at: \(at) ms, \(span)\(RandomPlan.kind(&dice, nodes, hasEnd: isLasting))}")
    }
    text = """
      farm:
        nodes: \(nodes)
        virtual_ip: 192.0.2.1
        groups: {web: {buckets: \(4 + dice.next(below: 5))}}
        rules: [{port: 80}]
        heartbeat: {interval: 1 s, misses: 3, margin: 200 ms}
        flap: \(dice.next(below: 4) == 0 ? "{penalty: 1000}" : "off")
      traffic: {arrivals: 3/s, clients: 40, flow: {duration: 2 s, segment_interval: 1 s}}
      faults:
      \(faults.joined(separator: "\n"))
      run: {duration: \(length) s, warm_up: 6 s}
      """
  }

  /// - Parameter hasEnd: some kinds make no sense without.
  private static func kind(_ dice: inout SplitMix64, _ nodes: Int, hasEnd: Bool) -> String {
    let one = "node\(1 + dice.next(below: nodes))"
    let other = "node\(1 + dice.next(below: nodes))"
    switch dice.next(below: hasEnd ? 18 : 9) {
    case 0, 1, 2: return "crash: \(one)"
    case 3: return "crash: [\(one), \(other)]"
    case 4: return "kill: \(one)"
    case 5: return "stop: \(one)"
    case 6: return "leave: \(one)"
    case 7: return "drain: {nodes: \(one), deadline: \(1 + dice.next(below: 4)) s}"
    case 8: return "weight: {node: \(one), weight: \(50 * dice.next(below: 5))}"
    case 9: return "pause: \(one)"
    case 10: return "stall: \(one)"
    case 11: return "pair_cut: [\(one), \(other)]"
    case 12: return "partition: [[\(one)], [\(other)]]"
    case 13: return "interface_down: {node: \(one), network: lan}"
    case 14: return "block_heartbeats: \(one)"
    case 15: return "application_hang: \(one)"
    case 16: return "application_crash: \(one)"
    default: return "loss: {downlink: 100 %, receivers: \(one)}"
    }
  }

  /// The scenario; `nil` if the plan cannot happen.
  var scenario: Scenario? { try? Scenario.read(text: text, name: "plan.yaml").get() }
}
