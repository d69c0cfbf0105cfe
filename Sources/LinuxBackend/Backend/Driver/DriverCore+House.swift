import Engine
import FarmFile
import NIOCore
import NIOPosix

/// Work beside the protocol: once a second, when the kernel has changed, and when buckets were released.
extension DriverCore {
  /// Reopens lost sockets, looks for trouble, counts the tracked flows and renews the addresses, until the node ends.
  func keepHouse(pool: NIOThreadPool) {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let loop = loop
    counters = pool
    hazards = try? HazardWatch(table: setup.linux.table)
    claims = try? ClaimWatch(setup)
    forgeries = try? ForgeryWatch()
    watchKernel()
    let task = loop.scheduleRepeatedAsyncTask(initialDelay: .zero, delay: .seconds(1)) { _ in
      bound.value.sockets.repair()
      bound.value.lookForHazards()
      bound.value.lookForClaims()
      bound.value.lookAtPaths()
      return bound.value.countFlows()
    }
    // A task of its own, since the other one waits for the counting.
    let renewal = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .seconds(1)) { _ in
      bound.value.renewAddresses()
    }
    ended.futureResult.whenComplete { _ in
      task.cancel()
      renewal.cancel()
    }
  }

  /// If somebody has changed rules, looks on another thread whether rules of others keep connections from being
  /// tracked.
  private func lookForHazards() {
    guard let counters, let hazards, hazards.begin() else { return }
    let search = TrackingHazards(farm: setup.farm, interface: setup.serviceInterface)
    let bound = NIOLoopBound(self, eventLoop: loop)
    counters.runIfActive(eventLoop: loop) { try? search.find() }.whenComplete { result in
      let core = bound.value
      guard let (new, gone) = core.hazards?.end((try? result.get()) ?? nil) else { return }
      for rule in gone { core.say(.trackedAgain(rule)) }
      for rule in new { core.say(.untracked(rule)) }
    }
  }

  /// Logs and counts other machines' claims to the farm's addresses; once a second.
  private func lookForClaims() {
    for claim in claims?.look(at: MonotonicClock.now) ?? [] { say(.claimed(claim, node: setup.name)) }
  }

  /// Checks whether heartbeats get through on every network, and reports changes.
  private func lookAtPaths() {
    if isIdle { return }
    let places = setup.linux.attachments[setup.node.index]
    let (new, gone) = paths.look(
      mtus: places.map { sharedAddress.mtu(of: $0.interface) }, at: MonotonicClock.now)
    for trouble in gone { say(.pathLongEnough(trouble)) }
    for trouble in new { say(.pathTooShort(trouble)) }
  }

  /// Counts on another thread, since the kernel takes a while to list a full table. If the count fails, the node is
  /// told nothing.
  @discardableResult private func countFlows() -> EventLoopFuture<Void> {
    guard let counters else { return loop.makeSucceededVoidFuture() }
    let settings = node.settings
    let releases = releases
    let counter = FlowCounter(settings: settings, virtualIPs: setup.farm.virtualIPs)
    let owned = settings.ownershipGroups.indices.map { node.owned(GroupID($0)) }
    let bound = NIOLoopBound(self, eventLoop: loop)
    let count = counters.runIfActive(eventLoop: loop) { try? counter.count(owned: owned) }
    return count.map { counts in
      let core = bound.value
      // Counts of groups that were exchanged meanwhile are useless. A count that began before a release may miss the
      // last flows that came in by the released buckets.
      guard let counts, core.node.settings == settings, core.releases == releases else { return }
      core.flows = counts
      core.areFlowsInDoubt = false
    }
  }

  /// Tells the node, before buckets are released, that each of them may have a flow.
  ///
  /// A count is up to a second old and misses newer flows. Without this, a drain would end with these flows still open,
  /// and others would reset them. The node hears it before the release is done, and it holds until a newer count.
  func doubtFlows(before commit: FilterCommit) {
    var isRelease = false
    for g in commit.owned.indices {
      let id = GroupID(g)
      var released = node.owned(id)
      if commit.settings == nil, released.capacity == commit.owned[g].capacity {
        released.subtract(commit.owned[g])
      }
      if released.isEmpty { continue }
      isRelease = true
      suppose(flowsIn: released, of: id)
    }
    guard isRelease else { return }
    releases += 1
    areFlowsInDoubt = true
    let bound = NIOLoopBound(self, eventLoop: loop)
    // After the commit.
    loop.execute { bound.value.countFlows() }
  }
}
