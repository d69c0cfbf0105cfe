import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import Synchronization

/// The applications of a lab's nodes: one process each, started and ended by farmd's commands and by faults.
///
/// To farmd it is what a service manager is elsewhere; to faults it is what a bug is. A crash is SIGKILL, a hang is
/// SIGSTOP, and a slow application is told its delay. The simulator defines what a fault does and what a start heals.
final class LabApplications: Sendable {
  /// A change of a node's application.
  struct Change: Sendable, Hashable {
    var at: Instant
    var node: NodeID
    var kind: Kind

    enum Kind: Sendable {
      case serves, servesNoMore
      /// The process is gone: from now on its kernel ends its connections.
      case ended
    }
  }

  let checks: LabChecks
  let house: LabHouse
  let program: String
  let endpoints: [LabEndpoint]
  let startTime: Duration
  /// Whether the scenario has checkers or faults of applications. Only then are there pipes.
  let isManaged: Bool
  let state: Mutex<State>
  let pipes: [Pipes]

  struct Pipes: Sendable {
    var orders: Int32
    var answers: Int32
  }

  struct State {
    var units: [Unit]
    var changes: [Change] = []
    var isOver = false
  }

  struct Unit: Sendable {
    var machine: NetworkNamespace?
    var process: ChildProcess?
    /// Whether it answers clients and checks.
    var serves = false
    /// Whether it was told to stop, and not to start since.
    var isStopped = false
    /// Whether it is stopped by SIGSTOP.
    var hangs = false
    /// When the current start ends.
    var startsUntil = Instant.zero
    /// What faults do to it, by index of the fault.
    var holds: [Int: Hold] = [:]

    var isCrashed: Bool { holds.values.contains { $0.kind == .crash } }
    var isHung: Bool { holds.values.contains { $0.kind == .hang } }
    var delay: Duration { holds.values.map(\.delay).max() ?? .zero }
  }

  struct Hold: Sendable, Hashable {
    enum Kind { case crash, hang, slow }
    var kind: Kind
    var delay = Duration.zero
    /// Whether the fault has an end of its own. If not, a start heals it.
    var hasEnd: Bool
  }

  init(_ scenario: Scenario, house: LabHouse, program: String) throws(LabError) {
    self.house = house
    self.program = program
    checks = LabChecks(scenario.farm, lab: getpid())
    let own = LabFarm.endpoints(scenario)
    endpoints = own + checks.endpoints.filter { !own.contains($0) }
    startTime = scenario.farm.application.startTime
    isManaged = scenario.hasApplications
    let nodes = (0..<scenario.farm.settings.nodeCount).map { NodeID($0) }
    state = Mutex(State(units: nodes.map { _ in Unit() }))
    guard isManaged else {
      pipes = []
      return
    }
    for node in nodes { try house.write("", to: Self.brake(node)) }
    pipes = try house.run { () throws(LabError) in
      try nodes.map { node throws(LabError) in
        let paths = LabPipes(node)
        return Pipes(orders: try Self.pipe(paths.orders), answers: try Self.pipe(paths.answers))
      }
    }
    listen()
  }

  deinit { for pipe in pipes { for file in [pipe.orders, pipe.answers] { close(file) } } }

  static func brake(_ node: NodeID) -> String { "node\(node.index).brake" }

  /// A pipe that is open at both ends, so that neither the lab nor its users wait for each other to open it.
  private static func pipe(_ path: String) throws(LabError) -> Int32 {
    guard mkfifo(path, 0o600) == 0 else { throw .system("cannot make \(path)") }
    let file = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .system("cannot open \(path)") }
    return file
  }

  // MARK: Machines

  /// A machine boots, and its application with it. - Precondition: the node had no power.
  func boot(_ node: NodeID, _ machine: NetworkNamespace, isFirst: Bool) throws(LabError) {
    try state.withLock { state throws(LabError) in
      state.units[node.index].machine = machine
      try start(node, takes: isFirst || !isManaged ? .zero : startTime, &state)
    }
  }

  /// Power fails. Faults of the application without an end of their own are over.
  func losePower(_ node: NodeID) {
    state.withLock { state in
      end(node, &state)
      state.units[node.index].machine = nil
      state.units[node.index].isStopped = false
      heal(node, &state)
    }
  }

  // MARK: Faults

  /// A fault begins. - Returns: when it struck.
  func strike(_ nodes: NodeSet, fault: Int, _ hold: Hold) throws(LabError) -> Instant {
    try state.withLock { state throws(LabError) in
      let at = MonotonicClock.now
      for node in nodes where state.units[node.index].machine != nil {
        state.units[node.index].holds[fault] = hold
        switch hold.kind {
        case .crash: end(node, &state)
        // An application that is still starting hangs once it listens.
        case .hang: if state.units[node.index].serves { hang(node, &state) }
        case .slow: try setDelay(node, state)
        }
      }
      return at
    }
  }

  /// A fault ends. - Returns: when it did.
  func release(fault: Int) throws(LabError) -> Instant {
    try state.withLock { state throws(LabError) in
      for n in state.units.indices {
        guard let hold = state.units[n].holds.removeValue(forKey: fault) else { continue }
        let node = NodeID(n)
        switch hold.kind {
        case .crash:
          let unit = state.units[n]
          guard !unit.isCrashed, !unit.isStopped, unit.process == nil, unit.machine != nil else { break }
          let left = unit.startsUntil - MonotonicClock.now
          try start(node, takes: left > .zero ? left : startTime, &state)
        case .hang:
          guard !state.units[n].isHung, state.units[n].hangs else { break }
          state.units[n].process?.send(SIGCONT)
          state.units[n].hangs = false
          note(node, serves: true, &state)
        case .slow: try setDelay(node, state)
        }
      }
      return MonotonicClock.now
    }
  }

  // MARK: State

  /// The changes since the last call, in order.
  func takeChanges() -> [Change] {
    state.withLock { state in
      defer { state.changes.removeAll() }
      return state.changes
    }
  }

  func serves(_ node: NodeID) -> Bool { state.withLock { $0.units[node.index].serves } }

  /// The process of a node; `nil` if none should run.
  func process(_ node: NodeID) -> ChildProcess? { state.withLock { $0.units[node.index].process } }

  /// Ends all of them.
  func stop() {
    state.withLock { state in
      state.isOver = true
      for n in state.units.indices { end(NodeID(n), &state) }
    }
  }
}
