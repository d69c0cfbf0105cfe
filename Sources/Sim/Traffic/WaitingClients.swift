/// Clients that have given up and have not come through since. Their outage ends as soon as a node serves their
/// buckets.
struct WaitingClients: Sendable {
  struct Client: BitwiseCopyable, Sendable {
    var stream: UInt16
    /// The key of its connection: see ``TrafficStream/key(client:port:)``.
    var key: UInt16
    var client: UInt32
    /// When it gave up.
    var since: UInt64
  }

  private(set) var all: [Client] = []
  /// So many of the first are known not to be served by the farm as it is.
  private var known = 0

  var hasNew: Bool { known < all.count }

  mutating func add(_ client: Client) { all.append(client) }

  mutating func removeAll() { (all, known) = ([], 0) }

  /// Looks at the clients that were added since the last look, or at all of them.
  /// - Parameter isOver: whether a client waits no longer.
  mutating func look(atAll: Bool, _ isOver: (Client) -> Bool) {
    let first = atAll ? 0 : known
    var kept = first
    for i in first..<all.count where !isOver(all[i]) {
      all[kept] = all[i]
      kept += 1
    }
    all.removeLast(all.count - kept)
    known = kept
  }
}
