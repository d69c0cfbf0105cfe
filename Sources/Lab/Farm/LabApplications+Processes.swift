import Engine
import Glibc
import LinuxBackend

/// The processes: what the lab does to them, and notes about them.
extension LabApplications {
  func start(_ node: NodeID, takes time: Duration, _ state: inout State) throws(LabError) {
    guard let machine = state.units[node.index].machine else { return }
    state.units[node.index].startsUntil = MonotonicClock.now + time
    // An application that crashes as soon as it starts need not be started.
    if state.units[node.index].isCrashed { return }
    var words = ["lab-server", "--node", "\(node.index)"]
    if isManaged {
      words += ["--name", checks.processName(node), "--tell", LabPipes(node).orders]
      words += ["--brake", "\(LabHouse.folder)/\(Self.brake(node))"]
      words += ["--serves-at", "\(state.units[node.index].startsUntil.nanoseconds)"]
    }
    let log = "\(checks.farm.nodes[node.index]).server.log"
    state.units[node.index].process = try house.start(
      program, words + endpoints.map(\.text), in: machine, log: log)
    if !isManaged { note(node, serves: true, &state) }
  }

  /// Ends the process at once, and its connections with it.
  func end(_ node: NodeID, _ state: inout State) {
    note(node, serves: false, &state)
    if state.units[node.index].process != nil {
      state.changes.append(Change(at: MonotonicClock.now, node: node, kind: .ended))
    }
    state.units[node.index].process?.kill()
    state.units[node.index].process = nil
    state.units[node.index].hangs = false
  }

  func hang(_ node: NodeID, _ state: inout State) {
    note(node, serves: false, &state)
    state.units[node.index].hangs = true
    state.units[node.index].process?.send(SIGSTOP)
  }

  func setDelay(_ node: NodeID, _ state: State) throws(LabError) {
    let nanoseconds = UInt64(max(0, state.units[node.index].delay.nanoseconds))
    try house.write(LabBrake.content(nanoseconds: nanoseconds), to: Self.brake(node))
  }

  func note(_ node: NodeID, serves: Bool, _ state: inout State) {
    guard state.units[node.index].serves != serves else { return }
    state.units[node.index].serves = serves
    state.changes.append(Change(at: MonotonicClock.now, node: node, kind: serves ? .serves : .servesNoMore))
  }
}
