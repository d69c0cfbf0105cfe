/// What one node's filter does with a packet, and why.
public enum Verdict: Sendable, Hashable, BitwiseCopyable {
  /// The node's own stack gets it.
  case accept(Acceptance)
  /// It vanishes without an answer.
  case drop(DropReason)
  /// A TCP reset is sent to the client.
  case reset

  @inlinable public var isAccepted: Bool {
    if case .accept = self { return true }
    return false
  }
}

/// Why a filter accepts a packet.
public enum Acceptance: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  /// It opens a flow or is a datagram, and the filter owns its bucket.
  case bucket
  /// No rule matches, and this node is the default node: it owns the hidden group's one bucket.
  case defaultNode
  /// It belongs to a TCP flow that this node tracks.
  case tracked
  /// An ICMP echo request whose address falls into an owned bucket of the first group.
  case echo
  /// An ICMP error about a flow that this node tracks, or about a datagram of an owned bucket.
  case flowError
}

/// Why a filter drops a packet.
public enum DropReason: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
  /// The lease has run out: nothing is accepted.
  case noLease
  /// Another node owns the bucket.
  case notOwned
  /// A segment of a flow that this node does not track: another node may.
  case unknownSegment
  /// No rule matches and unmatched traffic is denied.
  case unmatched
  /// A lone fragment, which no rule can speak about.
  case fragment
}
