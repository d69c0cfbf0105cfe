import Engine
import FarmFile
import Foundation
import Synchronization

/// Answers the control socket and the metrics from a running driver.
public final class DriverService: FarmService {
  private let driver: FarmDriver
  private let checkers: CheckerRunner?
  private let notifier: NotifyRunner?
  private let log: EventLog
  private let version: String
  private let startedAt = MonotonicClock.now
  private let isReading = Atomic(false)
  private let readFile: @Sendable () throws(CommandRefused) -> DriverSetup

  /// - Parameter readFile: reads the farm file again.
  public init(
    driver: FarmDriver, checkers: CheckerRunner? = nil, notifier: NotifyRunner? = nil, log: EventLog,
    version: String,
    readFile: @escaping @Sendable () throws(CommandRefused) -> DriverSetup
  ) {
    self.driver = driver
    self.checkers = checkers
    self.notifier = notifier
    self.log = log
    self.version = version
    self.readFile = readFile
  }

  public func follow(_ command: Command) async throws {
    if let refusal = try await driver.follow(command) { throw CommandRefused(refusal) }
    if case .resume = command { checkers?.resume() }
  }

  public func reload() async throws -> String {
    do {
      let next = try await read()
      let reloaded = try await driver.reload(next)
      checkers?.replace(next.farm)
      notifier?.replace(next.farm)
      for line in reloaded.lines { log.logger.notice("reload: \(line)") }
      return reloaded.answer
    } catch {
      log.logger.error("not reloaded: \(error)")
      throw error
    }
  }

  /// Reads the file on a thread of its own, so that a disk that hangs blocks nothing else.
  private func read() async throws -> DriverSetup {
    guard isReading.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else {
      throw CommandRefused("the farm file is still being read for the last reload: its disk does not answer")
    }
    return try await withCheckedThrowingContinuation { continuation in
      Thread { [self] in
        let result = Result { try readFile() }
        isReading.store(false, ordering: .relaxed)
        continuation.resume(with: result)
      }.start()
    }
  }

  public func status() async throws -> StatusReport {
    let seen = try await driver.glance()
    var report = StatusReport(seen, version: version, startedAt: startedAt, events: log.counts)
    let health = try await checkers?.report()
    report.health = health?.checkers.isEmpty == false ? health : nil
    if let health { report.service.add(health) }
    return report
  }
}
