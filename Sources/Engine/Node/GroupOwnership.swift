/// The owners of one group's buckets, as one node sees them, and the buckets that the node owns itself.
///
/// Every bucket has a *target* by the node's view. The node *owns* the buckets whose bit it announces. Of these it may be
/// *releasing* some: its filter must no longer accept them, and their bits fall when the kernel confirms. What the others
/// announce is in ``claims``. ``decide(under:_:)`` compares all of this, one bucket at a time, and takes and releases by
/// the five rules (`GroupOwnership+Rules.swift`). It never looks at a clock or asks for a timer: it returns what it has
/// changed, and when it wants to be asked again.
///
/// A bucket *resets* unknown segments once no other node can have their flow (`GroupOwnership+Resets.swift`).
struct GroupOwnership: Sendable {
  let id: GroupID
  /// The table: each bucket's target, ``TargetTable/none`` if nobody is up.
  private(set) var targets: [UInt8]
  /// Buckets whose bit is announced.
  private(set) var owned: BucketSet
  /// Announced buckets that the filter must no longer accept; their bit falls when the kernel confirms.
  private(set) var releasing: BucketSet
  /// By bucket: since when it has been owned, if it is.
  private(set) var ownedSince: [Instant]
  /// Buckets whose unknown segments are reset.
  private(set) var resets: BucketSet
  /// What the others announce.
  private(set) var claims: Claims
  /// This node's runtime weight.
  private(set) var weight: UInt16
  private(set) var flows: OwnFlows

  /// A group of which the node owns nothing.
  init(_ id: GroupID, of farm: FarmTables, node: NodeID) {
    let group = farm.groups[id.index]
    self.id = id
    targets = [UInt8](repeating: TargetTable.none, count: group.bucketCount)
    owned = BucketSet(capacity: group.bucketCount)
    releasing = owned
    resets = owned
    ownedSince = [Instant](repeating: .zero, count: group.bucketCount)
    claims = Claims(bucketCount: group.bucketCount, nodeCount: farm.settings.nodeCount, at: .zero)
    weight = group.weight(of: node)
    flows = OwnFlows(bucketCount: group.bucketCount)
  }

  var bucketCount: Int { targets.count }

  /// The buckets that the filter must accept.
  var accepted: BucketSet {
    var accepted = owned
    accepted.subtract(releasing)
    return accepted
  }

  // MARK: A new configuration

  /// The same buckets under another configuration. The others announce their claims and weights again under it. Until
  /// then the node knows none.
  /// - Parameters:
  ///   - fresh: the group as the new configuration makes it.
  ///   - configured: this node's weight by the old one. A weight that nobody lowered follows the configuration.
  func adapted(to fresh: GroupOwnership, configured: UInt16) -> GroupOwnership {
    var next = self
    next.targets = fresh.targets
    next.claims = fresh.claims
    next.weight = weight < configured ? min(weight, fresh.weight) : fresh.weight
    return next
  }

  /// Takes every bucket in order to release it. Until the kernel has the new rules it accepts the old buckets, whose
  /// clients may be in any of the new.
  mutating func releaseUnderNewRules() {
    owned = .all(capacity: bucketCount)
    releasing = owned
  }

  /// Whether a target waits for a bucket that is being released, and does not claim it yet.
  func isAwaited(own id: NodeID) -> Bool {
    if releasing.isEmpty { return false }
    for b in 0..<bucketCount where releasing.contains(Bucket(b)) {
      if targets[b] == id.rawValue || targets[b] == TargetTable.none { continue }
      let claimants = NodeSet(bits: claims.claimants[b]).union(claims.unknown)
      if !claimants.contains(NodeID(Int(targets[b]))) { return true }
    }
    return false
  }

  // MARK: Targets and weights

  mutating func updateTargets(_ table: TargetTable, serving: NodeSet, weights: [UInt16]) {
    table.targets(serving: serving, weights: weights, into: &targets)
  }

  mutating func weigh(_ weight: UInt16) { self.weight = weight }

  // MARK: Claims of others

  /// Takes over what a datagram says of the group: see ``Claims/read(_:_:digestSequence:ending:at:)``.
  mutating func read(
    _ reader: HeartbeatReader, _ claim: GroupClaim, digestSequence: SequenceNumber, ending: LastClaim,
    at now: Instant
  ) -> ClaimNews { claims.read(reader, claim, digestSequence: digestSequence, ending: ending, at: now) }

  /// Ends every claim of a node.
  mutating func drop(_ node: NodeID, ending: LastClaim, at now: Instant) {
    claims.drop(node, ending: ending, at: now)
  }

  /// Makes a node count as claiming every bucket until it is heard.
  mutating func doubt(_ node: NodeID, at now: Instant) { claims.doubt(node, at: now) }

  /// Makes a node's datagrams above a sequence the next that are read.
  mutating func restart(_ node: NodeID, after sequence: SequenceNumber = SequenceNumber(0)) {
    claims.restart(node, after: sequence)
  }

  /// Restarts the wait for unclaimed buckets. The node calls it when it begins to serve.
  mutating func restartWaiting(at now: Instant) { claims.restartWaiting(at: now) }

  // MARK: Taking and releasing

  /// Takes and releases buckets by the rules.
  mutating func decide(under context: OwnershipContext, _ peers: PeerTable) -> OwnershipChanges {
    var changes = OwnershipChanges()
    let hasOneView = hasOneView(context, peers, &changes.again)
    // A member that has lost us is about to take everything.
    if context.yields { changes.released = releaseAll() }
    for b in 0..<bucketCount {
      let bucket = Bucket(b)
      let isTarget = targets[b] == context.id.rawValue
      if owned.contains(bucket) {
        let isReleasing = releasing.contains(bucket)
        if !isReleasing, mustRelease(b, context, peers, hasOneView: hasOneView, &changes.again) {
          releasing.insert(bucket)
          changes.released += 1
        } else if isReleasing, context.mayTake, isTarget, claims.claimants[b] == 0, claims.unknown.isEmpty {
          // The target came back before the bit fell: nobody else can have taken it.
          releasing.remove(bucket)
          changes.kept += 1
        }
      } else if context.mayTake, isTarget,
        let reason = mayAccept(b, context, peers, hasOneView: hasOneView, &changes.again)
      {
        owned.insert(bucket)
        ownedSince[b] = context.now
        changes.count(reason)
      }
    }
    return changes
  }

  /// Releases every bucket, and resets nothing any more. - Returns: how many were not being released before.
  @discardableResult mutating func releaseAll() -> Int {
    let count = accepted.count
    releasing = owned
    resets.removeAll()
    return count
  }

  /// Lets go what another node claims too, without waiting for anything. - Returns: how many buckets.
  mutating func releaseContested() -> Int {
    var count = 0
    for b in 0..<bucketCount where claims.claimants[b] != 0 {
      let bucket = Bucket(b)
      guard owned.contains(bucket), !releasing.contains(bucket) else { continue }
      releasing.insert(bucket)
      count += 1
    }
    return count
  }

  /// Clears the bits of a release that is in force. - Returns: whether there were any.
  mutating func clear(_ released: BucketSet, own id: NodeID, at now: Instant) -> Bool {
    if released.capacity != bucketCount { return false }
    var hasCleared = false
    for w in released.words.indices {
      var bits = released.words[w] & releasing.words[w] & owned.words[w]
      while bits != 0 {
        let bucket = Bucket(w * 64 + bits.trailingZeroBitCount)
        bits &= bits - 1
        owned.remove(bucket)
        releasing.remove(bucket)
        flows.noteRelease(of: bucket)
        claims.noteOwnRelease(bucket.index, by: id, at: now)
        hasCleared = true
      }
    }
    return hasCleared
  }

  /// Clears every bit: the kernel accepts nothing, whatever its sets say.
  mutating func clearAll() {
    owned.removeAll()
    releasing.removeAll()
  }

  /// Forgets everything that it has: the node stops.
  mutating func stop() {
    clearAll()
    resets.removeAll()
  }

  /// Takes over what a former daemon's filter holds.
  /// - Parameter settledSince: since when a bucket that resets counts as owned; any other counts since `renewed`.
  mutating func resume(
    owned: BucketSet, resets: BucketSet, weight: UInt16, settledSince: Instant, renewed: Instant,
    at now: Instant
  ) {
    self.owned = owned
    self.resets = resets
    self.resets.formIntersection(owned)
    self.weight = min(weight, self.weight)
    // Until the kernel has been asked, any bucket of another node may have flows of ours.
    var others = BucketSet.all(capacity: bucketCount)
    others.subtract(owned)
    flows.note(.possible(in: others))
    for b in 0..<bucketCount { ownedSince[b] = self.resets.contains(Bucket(b)) ? settledSince : renewed }
    claims.restartWaiting(at: now)
  }

  // MARK: Resets and flows

  /// Replaces the buckets that reset. - Returns: whether that is a change.
  mutating func reset(_ due: UInt64, inWord w: Int) -> Bool {
    if resets.words[w] == due { return false }
    resets.words[w] = due
    return true
  }

  /// Keeps resets only where the filter must accept.
  mutating func trimResets() { resets.formIntersection(accepted) }

  /// Takes over the backend's report.
  mutating func note(_ report: TrackedFlows) { flows.note(report) }

  /// Notes that the backend has reported which flows are left of what was released before.
  mutating func forgetReleased() { flows.forgetReleased() }
}
