import Engine
import FarmFile
import Foundation
import NIOCore
import NIOPosix

extension FarmDriver {
  /// Starts a node: opens its sockets, puts a closed filter and then the shared address into the kernel, and lets the
  /// engine run. If anything fails, everything is taken back.
  /// - Parameters:
  ///   - onThread: called once on the loop's thread, before anything else.
  ///   - onEvent: called on the loop's thread for everything that is worth a line; it must not wait.
  public static func start(
    _ setup: DriverSetup, onThread: @escaping @Sendable () -> Void = {},
    onEvent: @escaping @Sendable (DriverEvent, DriverMoment) -> Void
  ) async throws(DriverError) -> FarmDriver {
    let authenticator = try setup.authenticator()
    try StateFile.makeFolder(setup.linux.runDirectory)
    try StateFile.makeFolder(setup.linux.stateDirectory)
    let lock = try RunLock(folder: setup.linux.runDirectory)
    let store = IncarnationStore(folder: setup.linux.stateDirectory, node: setup.name)
    let incarnation = try store.begin(wallMilliseconds: UInt64(Date().timeIntervalSince1970 * 1000))

    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let pool = NIOThreadPool(numberOfThreads: 1)
    pool.start()
    do {
      let sockets = try await loop.submit {
        onThread()
        return NIOLoopBound(
          HeartbeatSockets(
            loop: loop, farm: setup.farm, linux: setup.linux, node: setup.node, authenticator: authenticator),
          eventLoop: loop)
      }.get()
      try await open(sockets, on: loop)
      let core = try await loop.submit {
        let core = NIOLoopBound(
          try DriverCore(installing: setup, sockets: sockets.value, loop: loop, onEvent: onEvent),
          eventLoop: loop)
        core.value.onIncarnation = { store.store($0, on: pool, for: core) }
        return core
      }.get()
      let driver = FarmDriver(core: core, group: group, lock: lock, pool: pool)
      try await driver.onLoop { core in
        core.take(
          .start(Start(incarnation: incarnation, bootID: BootID(UInt64.random(in: 1 ... .max)))))
        core.keepHouse(pool: pool)
      }
      return driver
    } catch {
      try? await pool.shutdownGracefully()
      try? await group.shutdownGracefully()
      throw error as? DriverError ?? .machine("\(error)")
    }
  }

  /// Opens the sockets; waits a moment for an IPv6 address that the kernel still checks.
  private static func open(_ sockets: NIOLoopBound<HeartbeatSockets>, on loop: any EventLoop) async throws {
    for attempt in 1... {
      do {
        return try await loop.flatSubmit { sockets.value.open() }.get()
      } catch let error as HeartbeatError where error.isAddressMissing && attempt < 30 {
        try await loop.submit { sockets.value.close() }.get()
        try await Task.sleep(nanoseconds: 100_000_000)
      }
    }
  }
}

extension IncarnationStore {
  /// Stores on another thread: a disk may take its time.
  fileprivate func store(
    _ incarnation: Incarnation, on pool: NIOThreadPool, for core: NIOLoopBound<DriverCore>
  ) {
    let loop = core.value.loop
    pool.submit { _ in
      do throws(DriverError) {
        try store(incarnation)
      } catch {
        loop.execute { core.value.say(.cannotStore("\(error)")) }
      }
    }
  }
}

extension DriverSetup {
  /// Reads the key files.
  func authenticator() throws(DriverError) -> Authenticator {
    do throws(KeyFileError) {
      let previous = try linux.previousKeyFile.map { path throws(KeyFileError) in try KeyFile.read(path) }
      return Authenticator(key: try KeyFile.read(linux.keyFile), previous: previous)
    } catch { throw .key(error) }
  }
}
