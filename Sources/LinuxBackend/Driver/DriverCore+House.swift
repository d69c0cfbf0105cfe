import Engine
import FarmFile
import NIOCore
import NIOPosix

/// What is done beside the protocol: once a second, when the kernel has changed, and when buckets were released.
extension DriverCore {
  /// Opens lost sockets again and has the tracked flows counted, until the node ends.
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
    // Not with the others, which wait for the counting.
    let renewal = loop.scheduleRepeatedTask(initialDelay: .zero, delay: .seconds(1)) { _ in
      bound.value.renewAddresses()
    }
    ended.futureResult.whenComplete { _ in
      task.cancel()
      renewal.cancel()
    }
  }

  func machineReport(at now: Instant) -> MachineReport {
    MachineReport(
      untracking: hazards?.present ?? [], untrackingSeen: hazards?.count ?? 0,
      paths: paths.troubles.map { PathReport($0, names: FarmNames(setup.farm)) },
      claims: claims?.claims.map { ClaimReport($0, at: now) } ?? [],
      claimCounts: claims?.countsByAddress.map { CountReport(name: $0.address.text, count: $0.count) } ?? [])
  }

  /// Counts on another thread, since a full table takes the kernel a while to list. What cannot be counted is not told.
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
      // Of groups that were exchanged meanwhile nothing is known yet; what was begun before a release may miss the
      // last flows that came in by its buckets.
      guard let counts, core.node.settings == settings, core.releases == releases else { return }
      core.flows = counts
      core.areFlowsInDoubt = false
    }
  }

  /// Before buckets are released: a count is up to a second old, and whoever came since then has a flow that it does not
  /// have. Until a newer one, the node is told that each of these buckets may have one, before it hears that the release
  /// is done: a drain would end with these flows still open, and others would reset them.
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
    // Once the commit has been made.
    loop.execute { bound.value.countFlows() }
  }
}
