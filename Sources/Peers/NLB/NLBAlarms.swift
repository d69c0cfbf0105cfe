import Engine

/// Says once what keeps a cluster from converging.
struct NLBAlarms: Sendable {
  private var isDuplicateSaid = false
  private var shared = NodeSet.empty
  private var different = [Digest?](repeating: nil, count: NLBSettings.maximumHosts)

  /// - Parameters:
  ///   - said: the heartbeat of the member that the obstacle is about.
  ///   - own: this host's priority.
  mutating func raise(
    _ cause: NLBCause, _ said: NLBHeartbeat, of node: NodeID, own: Int, into actions: inout [Action]
  ) {
    switch cause {
    case .differentRules:
      let digest = said.rulesDigest
      if different[node.index] == digest { return }
      different[node.index] = digest
      actions.append(.notice(.configurationMismatch(digest, of: node)))
    case .duplicateHostID where said.priority == own:
      if isDuplicateSaid { return }
      isDuplicateSaid = true
      actions.append(.notice(.duplicateNodeID))
    case .duplicateHostID:
      if shared.contains(node) { return }
      shared.insert(node)
      actions.append(.notice(.sharedNodeID(node)))
    default: break
    }
  }
}
