/// The configuration that is staged, and the one before the one in force: what makes another configuration readable.
struct Staging: Sendable {
  private(set) var settings: Settings?
  /// The digest of ``settings``.
  private(set) var digest: Digest?
  private(set) var previous: Digest?

  /// Nothing is staged, and nothing was in force before.
  init() {}

  /// As an earlier daemon left it.
  init(resuming last: Resumption) {
    settings = last.stagedSettings
    digest = last.staged
    previous = last.previousConfiguration
  }

  /// After a switch. - Parameter configuration: the one that was in force.
  init(after configuration: Digest) { previous = configuration }

  mutating func stage(_ next: Settings, _ digest: Digest) {
    settings = next
    self.digest = digest
  }

  mutating func clear() {
    settings = nil
    digest = nil
  }

  /// Whether a node is on its way to or from ours: it has switched to what we have staged, or has staged what we have
  /// switched to. - Parameter configuration: the one in force here.
  func isTransitional(current: Digest, staged: Digest?, from configuration: Digest) -> Bool {
    current == digest || staged == configuration && current == previous
  }
}
