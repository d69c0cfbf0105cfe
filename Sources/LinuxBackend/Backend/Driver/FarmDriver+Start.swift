import Engine
import FarmFile
import Foundation
import NIOCore
import NIOPosix

/// How a daemon starts. A lock in the run directory, and the claim to its tables' name, keep a second daemon out. Then
/// the sockets open, and a life begins: with a new incarnation and boot id, or with what an earlier daemon left. The
/// work beside the protocol starts after that. If the file has newer settings than those in force, they are staged as
/// in a reload.
extension FarmDriver {
  /// Starts a node: opens its sockets, puts a closed filter and then the shared address into the kernel, and lets the
  /// engine run.
  ///
  /// If an earlier daemon left a filter whose lease still runs, the node takes over from that daemon instead. If
  /// anything fails, everything is taken back.
  /// - Parameters:
  ///   - onThread: called once on the loop's thread, before anything else.
  ///   - onEvent: called on the loop's thread for every event; it must not wait.
  public static func start(
    _ setup: DriverSetup, onThread: @escaping @Sendable () -> Void = {},
    onEvent: @escaping @Sendable (DriverEvent, DriverMoment) -> Void
  ) async throws(DriverError) -> FarmDriver {
    let authenticator = try setup.authenticator()
    try StateFile.makeFolder(setup.linux.runDirectory)
    // Nothing vital is kept there, and whatever cannot be written there is reported later.
    try? StateFile.makeFolder(setup.linux.stateDirectory)
    let lock = try RunLock(folder: setup.linux.runDirectory, node: setup.name)
    let kept = KeptState(folder: setup.linux.runDirectory, node: setup.name)
    let last = kept.load(for: setup)
    // Newer settings in the file are staged once the node runs, as in any reload.
    let inForce = last?.current ?? setup

    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    // Only the search for others' rules takes long there, and one search runs at a time: the second thread stays free.
    let pool = NIOThreadPool(numberOfThreads: 2)
    pool.start()
    do {
      let core = try await loop.submit {
        onThread()
        let claim = try TableClaim(
          table: inForce.linux.table, holder: "farmd as node '\(setup.name)' (process \(getpid()))")
        let sockets = HeartbeatSockets(
          loop: loop, farm: setup.farm, linux: setup.linux, node: setup.node, authenticator: authenticator)
        let core = try DriverCore(loop: loop, setup: inForce, sockets: sockets, kept: kept, onEvent: onEvent)
        core.claim = claim
        return NIOLoopBound(core, eventLoop: loop)
      }.get()
      let driver = FarmDriver(
        core: core, group: group, lock: lock, pool: pool, interval: inForce.farm.settings.heartbeat.interval)
      do {
        try await driver.open()
        try await driver.onLoop { $0.stagedSetup = last?.staged }
        try await driver.begin(resuming: last?.resumption)
      } catch {
        try await driver.onLoop { $0.abandon() }
        throw error
      }
      try await driver.onLoop { core in
        core.keepSettings()
        core.keepHouse(pool: pool)
        core.watchFrames()
        core.keepNotes()
      }
      if inForce.text != setup.text { _ = try? await driver.reload(setup) }
      return driver
    } catch {
      try? await pool.shutdownGracefully()
      try? await group.shutdownGracefully()
      throw error as? DriverError ?? .machine("\(error)")
    }
  }

  /// Begins a life with a new incarnation and boot id, or resumes the life that an earlier daemon left.
  func begin(resuming last: Resumption? = nil) async throws {
    let setup = try await onLoop { $0.setup }
    let store = IncarnationStore(folder: setup.linux.stateDirectory, node: setup.name)
    let (incarnation, failure) = store.begin(
      wallMilliseconds: UInt64(Date().timeIntervalSince1970 * 1000))
    let bootID = BootID(UInt64.random(in: 1 ... .max))
    let (former, forgetful) = BootMemory(folder: setup.linux.stateDirectory, node: setup.name).begin(bootID)
    try await onLoop { [pool] core in
      if let failure {
        core.say(.cannotStore("\(failure); the wall clock says which life this is"))
      } else if let forgetful {
        core.say(
          .cannotStore("\(forgetful); recorded heartbeats of this life may pass for another machine's"))
      }
      core.onIncarnation = { store.store($0, on: pool, for: core) }
      let resumed = last.flatMap { core.adopt($0) }
      if resumed == nil { try core.install() }
      core.begin(Start(incarnation: incarnation, bootID: bootID, formerBootIDs: former, resume: resumed))
    }
  }

  /// Opens the sockets; waits a moment for an IPv6 address that the kernel still checks.
  func open() async throws {
    for attempt in 1... {
      do {
        return try await loop.flatSubmit { [core] in core.value.sockets.open() }.get()
      } catch let error as HeartbeatError where error.isAddressMissing && attempt < 30 {
        try await onLoop { $0.sockets.close() }
        try await Task.sleep(nanoseconds: 100_000_000)
      }
    }
  }
}

extension DriverCore {
  /// A core whose node is stopped and that holds nothing in the kernel yet.
  convenience init(
    loop: any EventLoop, setup: DriverSetup, sockets: HeartbeatSockets, kept: KeptState,
    onEvent: @escaping @Sendable (DriverEvent, DriverMoment) -> Void
  ) throws(DriverError) {
    do {
      self.init(
        loop: loop, setup: setup, sockets: sockets,
        filter: try NftablesFilter(
          settings: setup.farm.settings, virtualIPs: setup.farm.virtualIPs, table: setup.linux.table),
        sharedAddress: try SharedAddress(of: setup),
        kept: kept, onEvent: onEvent)
    } catch { throw .machine("\(error)") }
  }
}

extension SharedAddress {
  /// The shared address of a node, with a memory in its state directory.
  convenience init(of setup: DriverSetup) throws(AddressError) {
    try self.init(
      virtualIPs: setup.farm.virtualIPs, mode: setup.linux.sharedAddress, mac: setup.linux.sharedMAC,
      interface: setup.serviceInterface, table: setup.linux.table)
    memory = AddressMemory(folder: setup.linux.stateDirectory, node: setup.name)
  }
}

extension IncarnationStore {
  /// Stores on another thread, since a disk may be slow.
  fileprivate func store(_ incarnation: Incarnation, on pool: NIOThreadPool, for core: DriverCore) {
    let loop = core.loop
    let bound = NIOLoopBound(core, eventLoop: loop)
    pool.submit { _ in
      do throws(DriverError) {
        try store(incarnation)
      } catch {
        loop.execute { bound.value.say(.cannotStore("\(error)")) }
      }
    }
  }
}
