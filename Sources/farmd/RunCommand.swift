import ArgumentParser
import Commands
import Engine
import FarmFile
import Foundation
import LinuxBackend
import Logging
import NIOPosix
import Synchronization

/// `farmd run`: runs this node until it is told to leave.
///
/// It starts the driver on its own thread, then the control socket, the metrics, the checkers, the command of `notify:`
/// and the watchdog around it. The driver's end, after a leave or a drain, ends the process. SIGUSR2 ends it at once
/// and leaves the kernel as it is.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run this node of a farm until SIGTERM or SIGINT.",
    discussion: """
      SIGTERM and SIGINT leave the farm: the others take over at once, and everything is taken out of the kernel. \
      SIGHUP reads the file again. SIGUSR2 ends the daemon at once and leaves the kernel as it is, for a new one \
      that is started within the lease: so farmd is upgraded without breaking a connection.

      EXAMPLES
        farmd --config farm.yaml --node node1
        farmd run --set linux.table=farm2 --set linux.metrics=no

      EXIT CODES
      \(ExitTable.farmd.text)
      """)

  @OptionGroup var options: FarmOptions

  /// This is the default command, so an unknown command ends up here.
  @Argument(help: .hidden) var words: [String] = []

  func validate() throws {
    guard let word = words.first else { return }
    let commands = Farmd.configuration.subcommands.compactMap { $0.configuration.commandName }
    let hint = NearestName.of(word, among: commands).map { "; did you mean '\($0)'?" }
    throw ValidationError("there is no command '\(word)'" + (hint ?? "; see 'farmd --help'"))
  }

  func run() async throws {
    let setup = try options.read()
    try RootUser.require()
    let writer = LogWriter()
    let logger = Logger(label: "farmd") { _ in LineLogHandler(writer: writer) }
    let realTime = RealTimeWords(logger)
    realTime.keep(RealTime.lockMemory())
    let log = EventLog(logger: logger, farm: setup.farm, node: setup.node)
    let notifier = NotifyRunner(farm: setup.farm, node: setup.node, logger: logger)
    let notify = NotifySocket()
    let serviceStatus = ServiceStatus(notify, farm: setup.farm, node: setup.node)
    let signals = Signals(
      [SIGTERM, SIGINT, SIGHUP], atOnce: (SIGUSR2, { _exit(ExitReason.handedOver.rawValue) }))
    let driver: FarmDriver
    do throws(DriverError) {
      driver = try await FarmDriver.start(setup) {
        realTime.keep(RealTime.raisePriority())
      } onEvent: { event, moment in
        realTime.say()
        log.note(event, moment)
        notifier.note(event, moment)
        serviceStatus?.note(event, moment)
      }
    } catch {
      writer.flush()
      throw ExitReason(error).refusing("\(error)")
    }
    realTime.say()
    try await serve(driver, setup, log, notifier, signals, notify)
    writer.flush()
  }

  /// Answers commands, metrics and signals until the node has stopped.
  private func serve(
    _ driver: FarmDriver, _ setup: DriverSetup, _ log: EventLog, _ notifier: NotifyRunner, _ signals: Signals,
    _ notify: NotifySocket?
  ) async throws {
    let checkers = try await CheckerRunner.make(farm: setup.farm, logger: log.logger) {
      driver.tell(isHealthy: $0)
    }
    // After an upgrade in place the node already serves, and goes on until a check fails.
    let status = try await driver.glance().standing.status
    checkers.start(isServing: status == .up || status == .detached || status == .draining)
    let service = DriverService(
      driver: driver, checkers: checkers, notifier: notifier, log: log, version: Version.number,
      readFile: options.reread)
    let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let control = await open(log) {
      try await ControlServer.start(
        path: ControlServer.path(in: setup.linux.runDirectory), service: service, loops: loops)
    }
    var metrics: MetricsServer?
    if let address = setup.linux.metrics {
      metrics = await open(log) {
        try await MetricsServer.start(at: address, service: service, loops: loops)
      }
    }
    let gateway = setup.linux.gateway.map { driver.watch(gateway: $0) }
    let watchdog = Watchdog(socket: notify, driver: driver.loop)
    notify?.ready()
    let orders = Task { [numbers = signals.orders] in
      // Each order has a task of its own, so that an order to leave does not wait for a file that is being read again.
      for await number in numbers { Task { await RunCommand.obey(number, driver, service, notify) } }
    }
    try await driver.waitUntilEnded {
      await notifier.stop()
      // The answer to the order that made the node leave goes out first.
      watchdog?.stop()
      gateway?.stop()
      await checkers.stop()
      // A client that waits for a drain asks every tenth of a second, and must still learn how it ended.
      if control != nil, (try? await driver.glance())?.flowsCut != nil {
        try? await Task.sleep(for: .milliseconds(300))
      }
      await control?.stop()
      await metrics?.stop()
    }
    orders.cancel()
    try? await loops.shutdownGracefully()
  }

  /// Does what a signal asks for.
  private static func obey(
    _ number: Int32, _ driver: FarmDriver, _ service: DriverService, _ notify: NotifySocket?
  ) async {
    guard number == SIGHUP else {
      _ = try? await driver.follow(.leave)
      return
    }
    notify?.reloading()
    // The service has logged the result.
    _ = try? await service.reload()
    notify?.ready()
  }

  /// Starts a server. If that fails, the farm runs on without it and logs why.
  private func open<Server>(_ log: EventLog, _ start: () async throws -> Server) async -> Server? {
    do {
      return try await start()
    } catch {
      log.logger.error("\(error)")
      return nil
    }
  }
}

/// Keeps the results of asking for real-time care until the daemon has something else to log: a daemon that cannot
/// start logs only why.
private final class RealTimeWords: Sendable {
  private let outcomes = Mutex<[RealTime.Outcome]>([])
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  func keep(_ outcome: RealTime.Outcome) { outcomes.withLock { $0.append(outcome) } }

  /// Logs the kept results, once.
  func say() {
    let kept = outcomes.withLock { outcomes in
      defer { outcomes = [] }
      return outcomes
    }
    for outcome in kept { logger.log(level: outcome.isPermitted ? .info : .warning, "\(outcome.text)") }
  }
}
