import Engine
import FarmFile

extension FarmDriver {
  /// What came of a new file.
  public enum Reloaded: Sendable, Hashable {
    /// Keys and addresses were taken over; the settings are those in force.
    case unchanged
    /// The settings wait until every member has staged the same.
    case staged(Digest)
  }

  /// Takes over a new file: keys and nodes' addresses at once, settings once every member has staged the same.
  /// - Throws: ``DriverError`` for a key that cannot be used; ``CommandRefused`` for what needs a restart or what the
  ///   node refuses. Then nothing has changed.
  public func reload(_ next: DriverSetup) async throws -> Reloaded {
    let authenticator = try next.authenticator()
    return try await onLoop { core in
      let keys = core.setup.needsRestart(for: next)
      guard keys.isEmpty else {
        throw CommandRefused("\(keys.joined(separator: ", ")) cannot change while farmd runs: restart it")
      }
      let settings = next.farm.settings
      let isSame = settings.digest == core.node.settings.digest
      // The switch may come within the same step.
      let before = core.stagedSetup
      core.stagedSetup = isSame ? nil : next
      if let refusal = core.follow(.stage(settings)) {
        core.stagedSetup = before
        throw CommandRefused(refusal)
      }
      core.sockets.replace(authenticator, linux: next.linux)
      if isSame { core.setup = next }
      core.tellEvents(next.farm)
      core.keepSettings()
      return isSame ? .unchanged : .staged(settings.digest)
    }
  }
}
