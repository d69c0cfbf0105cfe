import Engine

/// The farm's filter in this host's kernel: one nftables table of its own, changed one transaction at a time.
///
/// It holds what it was last told to hold, and decides nothing. Each call either happens completely, or throws and
/// leaves the filter as it was. It never touches other tables. ``install()`` makes the table, ``adopt()`` takes over an
/// earlier daemon's, ``commit(_:)`` changes the sets, and ``repairIfEdited()`` restores what others have changed.
///
/// A value belongs to the network namespace of the thread that made it, and only that thread may use it.
public final class NftablesFilter {
  let table: String
  let virtualIPs: [IPAddress]
  let setsPacketTypeHost: Bool
  let nft: Nftables
  let kernel: NftablesKernel
  /// Reads the counters for callers that may wait on another thread.
  let counterReader: CounterReader

  var settings: Settings
  var compiled: CompiledRules
  /// The buckets in the kernel's sets.
  var owned: [BucketSet]
  var resets: [BucketSet]
  /// When the lease runs out; `nil` if no lease runs.
  var leaseEnd: Instant?
  /// The table as the kernel showed it when its rules were loaded; `nil` if that could not be read.
  var layout: String?
  /// The generation of the ruleset that is known to have this table unedited; `nil` if none is known.
  var generation: UInt32?
  /// Whether flows of the last lease may still be tracked.
  var hasOldFlows = false
  /// The sum of the counters of all earlier tables.
  var counted: [String: UInt64] = [:]
  /// The last sum of ``counted`` and the kernel's counters.
  var lastCounts: [String: UInt64] = [:]
  /// How many times the table has been made. The counters of each new table begin at 0.
  var tableLife: UInt64 = 0

  /// - Parameters:
  ///   - virtualIPs: the farm's, IPv4 and IPv6; at least one, none twice.
  ///   - table: the name of the inet table: letters, digits and underscores, not beginning with a digit.
  ///   - setsPacketTypeHost: whether frames to a multicast hardware address count as sent to this host.
  /// - Throws: ``FilterError/invalid(_:)`` for wrong parameters, or what keeps nftables from being used.
  /// - Precondition: `settings.problems()` is empty.
  public init(
    settings: Settings, virtualIPs: [IPAddress], table: String, setsPacketTypeHost: Bool = false
  ) throws(FilterError) {
    guard !virtualIPs.isEmpty else { throw .invalid("a filter needs at least one virtual IP") }
    guard Set(virtualIPs).count == virtualIPs.count else { throw .invalid("a virtual IP is there twice") }
    guard Self.isName(table) else {
      throw .invalid("'\(table)' is no name of a table: letters, digits and underscores, a letter first")
    }
    self.settings = settings
    self.virtualIPs = virtualIPs
    self.table = table
    self.setsPacketTypeHost = setsPacketTypeHost
    compiled = RuleCompiler(
      settings: settings, virtualIPs: virtualIPs, setsPacketTypeHost: setsPacketTypeHost
    ).compile()
    owned = settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
    resets = owned
    nft = try Nftables()
    kernel = try NftablesKernel()
    counterReader = try CounterReader(table: table)
  }

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 31 else { return false }
    let isLetter = { (c: UInt8) in (c | 32) >= 97 && (c | 32) <= 122 || c == 95 }
    return isLetter(first) && text.utf8.allSatisfy { isLetter($0) || $0 >= 48 && $0 <= 57 }
  }

  /// Makes the table anew, closed: without a lease and with empty sets. A table of that name is replaced in one
  /// transaction.
  ///
  /// It also sets the host's `nf_conntrack_tcp_loose` to 0 and `nf_conntrack_tcp_be_liberal` to 1. Without these the
  /// verdict about segments is not the engine's. They stay when the filter is removed.
  /// - Returns: the host's settings that were changed, one line for the log; `nil` if none had to be.
  @discardableResult
  public func install() throws(FilterError) -> String? {
    let none = settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }
    try transact(fresh(owned: none, resets: none, lease: nil))
    (owned, resets, leaseEnd) = (none, none, nil)
    (counted, lastCounts) = ([:], [:])
    tableLife += 1
    recordLayout()
    return try TrackingSettings.apply()
  }

  /// Makes the sets hold what the commit says. Only differences are sent. With new settings the rules are exchanged in
  /// the same transaction; the lease and tracked flows stay.
  public func commit(_ commit: FilterCommit) throws(FilterError) {
    if let settings = commit.settings { return try exchange(settings, commit) }
    var text = ""
    for i in owned.indices {
      text += commit.owned[i].changes(from: owned[i], set: FilterNames.owned(i), in: table)
      text += commit.resets[i].changes(from: resets[i], set: FilterNames.resets(i), in: table)
    }
    if !text.isEmpty { try transact(text) }
    (owned, resets) = (commit.owned, commit.resets)
  }

  /// Lets the filter accept for this long from now. Takes about 0.1 ms, and after ``closeLease()`` also the time to
  /// erase flows.
  /// - Parameter duration: rounded down to milliseconds and cut to a year; less than a millisecond ends the lease.
  public func renewLease(for duration: Duration) throws(FilterError) {
    try eraseOldFlows()
    let lease = Lease(duration)
    try transact(Lease.renewal(of: table, lease))
    leaseEnd = lease.map { MonotonicClock.now + .milliseconds(Int($0.milliseconds)) }
  }

  /// Ends the lease, then makes the kernel forget the flows of the virtual IPs. In the other order, a segment in
  /// between would be tracked again.
  public func endLease() throws(FilterError) {
    try closeLease()
    try eraseOldFlows()
  }

  /// Ends the lease, but leaves the flows to ``eraseOldFlows()``: without a lease nothing reaches them, so only a new
  /// lease has to wait for that.
  public func closeLease() throws(FilterError) {
    try transact(Lease.renewal(of: table, nil))
    leaseEnd = nil
    hasOldFlows = true
  }

  /// Makes the kernel forget the flows of a closed lease, if there was one. Takes about 10 µs a flow.
  public func eraseOldFlows() throws(FilterError) {
    guard hasOldFlows else { return }
    try FlowEraser(virtualIPs: virtualIPs).erase()
    hasOldFlows = false
  }

  /// Removes the table. The virtual IPs must be gone from this host before: without the table it would answer every
  /// client.
  public func remove() throws(FilterError) {
    try transact(Self.removal(of: table))
    layout = nil
    leaseEnd = nil
    try eraseOldFlows()
  }

  private func exchange(_ new: Settings, _ commit: FilterCommit) throws(FilterError) {
    let rules = RuleCompiler(
      settings: new, virtualIPs: virtualIPs, setsPacketTypeHost: setsPacketTypeHost
    ).compile()
    var text = rules.replacing(compiled, in: table) + "flush set inet \(table) \(FilterNames.layout)\n"
    for set in rules.bucketSets where compiled.bucketSets.contains(set) {
      text += "flush set inet \(table) \(set)\n"
    }
    for i in commit.owned.indices {
      text += commit.owned[i].command("add", set: FilterNames.owned(i), in: table)
      text += commit.resets[i].command("add", set: FilterNames.resets(i), in: table)
    }
    try transact(text)
    (settings, compiled, owned, resets) = (new, rules, commit.owned, commit.resets)
    recordLayout()
  }
}
