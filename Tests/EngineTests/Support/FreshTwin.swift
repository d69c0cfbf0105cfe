import Engine

/// Whether a node that has switched its configuration decides what a node decides that was started with it.
///
/// Two futures of one farm are played. In one the node goes on; in the other it crashes, starts with the configuration
/// in force, and is told again what its backend and its operator have told it. All others go on, so that both get the
/// same inputs. Once both have settled, both must read the same for a second, and both kernels must hold the same.
///
/// Left out is what a node rightly has from its history: its numbers (incarnation, epoch, sequence, commits), and when
/// its heartbeats fall.
struct FreshTwin {
  /// Long enough to be removed, to start, to join, to take its buckets back and to reset their unknown segments.
  private static let settling = Duration.seconds(5)

  private let farm: TestFarm
  private let node: Int
  private let told: [Input]

  /// `nil` unless the node has switched in its present life.
  /// - Parameter told: What it has been told in this life and what still holds, oldest first.
  init?(of node: Int, in farm: TestFarm, told: [Input]) {
    (self.node, self.farm, self.told) = (node, farm, told)
    let said = farm.notices.filter { $0.node == farm.machines[node].node.id }
    let began = said.lastIndex { if case .status(_, from: .stopped) = $0.notice { true } else { false } }
    let switched = said.lastIndex { if case .configurationSwitched = $0.notice { true } else { false } }
    guard farm.machines[node].isRunning, let began, let switched, began < switched else { return nil }
  }

  /// What only one of the two does; empty if they decide the same.
  func differences() -> [String] {
    var restarted = farm
    restarted.crash(node)
    restarted.start(node)
    for input in told { restarted.give(node, input) }
    let switched = Set(decisions(in: farm))
    let fresh = Set(decisions(in: restarted))
    return switched.subtracting(fresh).sorted().map { "a switched node alone: " + $0 }
      + fresh.subtracting(switched).sorted().map { "a fresh node alone: " + $0 }
  }

  private func decisions(in farm: TestFarm) -> [String] {
    var farm = farm
    farm.run(for: FreshTwin.settling)
    for i in farm.machines.indices { farm.machines[i].isWatched = i == node }
    farm.records = []
    farm.run(for: .seconds(1))
    var words = TranscriptWords()
    let lines = farm.records.flatMap { words.lines(for: $0, of: farm) }
    let machine = farm.machines[node]
    let held = zip(machine.kernel.filters, machine.kernel.resets).map {
      "accepts \(TranscriptWords.list($0)), resets \(TranscriptWords.list($1))"
    }
    let view = "\(machine.node.status.name), view of \(TranscriptWords.list(machine.node.view.members))"
    return lines.map { String($0.replacing(#/^ *[0-9.]+  | \#[0-9]+/#, with: "")) } + held + [view]
  }
}
