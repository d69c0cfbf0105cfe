/// What the sender of a heartbeat knows about one node of the farm: one entry of the freshness vector.
public struct FreshnessEntry: Sendable, Hashable, BitwiseCopyable {
  /// The newest incarnation known of the node by any path; 0 if none.
  public var incarnation: Incarnation
  /// The highest sequence known in that incarnation by any path; 0 if none.
  public var sequence: SequenceNumber
  /// The highest sequence of the *sender* that the node has echoed; 0 if none.
  public var echoed: SequenceNumber
  /// How old the newest evidence about the node is, by any path; ``Age/never`` also if it is too old to say.
  public var evidenceAge: Age
  /// How long ago the sender last heard the node itself on a service network.
  public var serviceAge: Age
  /// How long ago the sender last heard the node itself on any network.
  public var heardAge: Age

  /// By default nothing is known.
  public init(
    incarnation: Incarnation = Incarnation(0), sequence: SequenceNumber = SequenceNumber(0),
    echoed: SequenceNumber = SequenceNumber(0), evidenceAge: Age = .never, serviceAge: Age = .never,
    heardAge: Age = .never
  ) {
    self.incarnation = incarnation
    self.sequence = sequence
    self.echoed = echoed
    self.evidenceAge = evidenceAge
    self.serviceAge = serviceAge
    self.heardAge = heardAge
  }
}
