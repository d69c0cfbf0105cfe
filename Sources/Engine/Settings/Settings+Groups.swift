extension Settings {
  /// The groups whose buckets are owned: the configured ones, then one bucket of its own for unmatched
  /// traffic if it goes to the default node. Commits, claims and heartbeats use this order.
  public var ownershipGroups: [GroupSettings] {
    switch unmatched {
    case .deny: groups
    case .defaultNode: groups + [GroupSettings(bucketCount: 1, policy: .priority)]
    }
  }
}
