import Engine
import FarmFile
import Foundation

/// What a daemon keeps while it runs, for a daemon that takes over from it: the engine's ``Engine/Resumption``, the
/// files with the settings in force and those staged, and the holes and doubles that it has seen.
struct KeptState: Sendable {
  private let resumption: BootFile
  private let current: StateFile
  private let staged: StateFile
  private let seen: BootFile

  init(folder: String, node: String) {
    resumption = BootFile(path: "\(folder)/\(node).resume")
    current = StateFile(path: "\(folder)/\(node).current")
    staged = StateFile(path: "\(folder)/\(node).staged")
    seen = BootFile(path: "\(folder)/\(node).seen")
  }

  /// Keeps the state after a step that sent a heartbeat; `nil` removes what was kept.
  func keep(_ next: Resumption?) throws(DriverError) {
    guard let next else { return resumption.remove() }
    try resumption.write(next.bytes, isDurable: false)
  }

  func keepSettings(current text: String, staged next: String?) throws(DriverError) {
    try current.write(Array(text.utf8), isDurable: false)
    if let next { try staged.write(Array(next.utf8), isDurable: false) } else { staged.remove() }
  }

  /// Keeps what was counted, by the groups' names.
  func keepSeen(_ counts: [String: SeenClaims]) throws(DriverError) {
    guard let text = try? JSONEncoder().encode(counts) else { return }
    try seen.write(Array(text), isDurable: false)
  }

  /// Removes the counts, so that no later daemon counts on from them.
  func removeSeen() { seen.remove() }

  /// The counts of the daemon before; empty if they cannot be read.
  func loadSeen() -> [String: SeenClaims] {
    guard let bytes = seen.read() else { return [:] }
    return (try? JSONDecoder().decode([String: SeenClaims].self, from: Data(bytes))) ?? [:]
  }

  /// What the daemon before kept, with the setups that it needs; `nil` if it cannot be resumed.
  /// - Parameter setup: the file as it is now, which may be newer.
  func load(for setup: DriverSetup) -> (resumption: Resumption, current: DriverSetup, staged: DriverSetup?)? {
    guard let bytes = resumption.read(), var last = Resumption(bytes: bytes) else { return nil }
    let known = [setup] + [current, staged].compactMap { read($0, node: setup.node) }
    func find(_ digest: Digest) -> DriverSetup? {
      known.first { $0.farm.settings.digest == digest && $0.needsRestart(for: setup).isEmpty }
    }
    guard let inForce = find(last.configuration) else { return nil }
    var next: DriverSetup?
    if let digest = last.staged {
      next = find(digest)
      guard let next else { return nil }
      last.stagedSettings = next.farm.settings
    }
    return (last, inForce, next)
  }

  private func read(_ file: StateFile, node: NodeID) -> DriverSetup? {
    guard let bytes = try? file.read(),
      case .success(let read) = DaemonFile.read(text: String(decoding: bytes, as: UTF8.self), file: file.path),
      node.index < read.farm.nodes.count
    else { return nil }
    return DriverSetup(read, node: node)
  }
}
