import Engine
import FarmFile

extension FarmDriver {
  /// Takes over a new file: keys and nodes' addresses at once, settings once every member has staged the same.
  /// - Throws: ``DriverError`` for a key that cannot be used; ``CommandRefused`` for a change that needs a restart or
  ///   that the node refuses. Then nothing has changed.
  public func reload(_ next: DriverSetup) async throws -> Reloaded {
    let authenticator = try next.authenticator()
    return try await onLoop { core in
      let keys = core.setup.needsRestart(for: next)
      let shared = core.setup.sharedKeys.differences(from: next.sharedKeys)
      let own = core.setup.ownKeys.differences(from: next.ownKeys)
      guard keys.isEmpty else {
        let changes = (shared + own).map(\.change).joined(separator: "; ")
        throw CommandRefused(
          "\(keys.joined(separator: ", ")) cannot change while farmd runs: restart it"
            + (changes.isEmpty ? "" : " (\(changes))"))
      }
      let settings = next.farm.settings
      let isSame = settings.digest == core.node.settings.digest
      // The node may switch within the same step.
      let before = core.stagedSetup
      core.stagedSetup = isSame ? nil : next
      if let refusal = core.follow(.stage(settings)) {
        core.stagedSetup = before
        throw CommandRefused(refusal)
      }
      let words = core.sockets.keys == authenticator.fingerprints ? nil : next.words(of: authenticator)
      let isWithdrawn = !core.sockets.authenticator.keys.isSubset(of: authenticator.keys)
      core.sockets.replace(authenticator, linux: next.linux)
      if isWithdrawn { core.take(.keyWithdrawn) }
      if isSame { core.setup = next }
      core.tellEvents(next.farm)
      core.keepSettings()
      return Reloaded(
        settings: core.outcome(of: settings, isSame: isSame), shared: shared, own: own, keys: words)
    }
  }
}

extension DriverCore {
  fileprivate func outcome(of settings: Settings, isSame: Bool) -> Reloaded.Settings {
    if isSame { return .unchanged }
    if node.settings.digest == settings.digest { return .switched(settings.digest) }
    let names = FarmNames(setup.farm)
    return .staged(settings.digest, waitsFor: node.standing.stagedWaitsFor.map(names.name))
  }
}

extension DriverSetup {
  /// The keys that send and accept heartbeats, by fingerprint and file.
  func words(of authenticator: Authenticator) -> String {
    let (own, previous) = authenticator.fingerprints
    let sent = "heartbeats are sent with key \(Authenticator.text(own)) of \(linux.keyFile)"
    guard let path = linux.previousKeyFile else { return sent + ", and no other is accepted" }
    return sent + "; key \(Authenticator.text(previous)) of \(path) is accepted as well"
  }
}
