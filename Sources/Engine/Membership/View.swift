/// Who serves the farm, as one node sees it: everything that the bucket tables depend on.
///
/// Tables are a pure function of the view, so two nodes with equal ``digest`` have equal tables: a crash
/// needs no leader and no agreement.
public struct View: Sendable, Hashable {
  /// Live nodes that are up, detached or draining.
  public var members: NodeSet
  /// The members that can be targets: those that are up; if none is, those that are detached; if none is
  /// either, all.
  public var serving: NodeSet
  /// Of every member's id, incarnation, status and weights.
  public var digest: Digest

  static let empty = View(members: .empty, serving: .empty, digest: Digest())
}
