import ArgumentParser
import Engine
import FarmFile
import Foundation
import LinuxBackend
import Logging

/// `farmd run`: runs this node until it is told to leave.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run this node of a farm until SIGTERM or SIGINT.",
    discussion: """
      SIGTERM and SIGINT leave the farm: the others take over at once, and everything is taken out of the kernel. \
      SIGHUP reads the file again. SIGUSR2 ends the daemon at once and leaves the kernel as it is, for a new one \
      that is started within the lease.
      """)

  @OptionGroup var options: FarmOptions

  func run() async throws {
    let setup = try options.read()
    let logger = Logger(label: "farmd") { StreamLogHandler.standardError(label: $0) }
    guard geteuid() == 0 else {
      throw Console.refused("farmd needs root: it keeps the kernel's packet filter", .unavailable)
    }
    let driver: FarmDriver
    do throws(DriverError) {
      driver = try await FarmDriver.start(setup) { event, moment in
        logger.info(
          "\(event)", metadata: ["status": "\(moment.status)", "epoch": "\(moment.epoch.rawValue)"])
      }
    } catch {
      throw Console.refused("\(error)", ExitReason(error))
    }
    let signals = Signals([SIGTERM, SIGINT, SIGHUP], atOnce: (SIGUSR2, { _exit(0) }))
    let orders = Task {
      for await number in signals.orders {
        if number == SIGHUP {
          await reload(driver, logger: logger)
        } else {
          _ = try? await driver.follow(.leave)
        }
      }
    }
    try await driver.waitUntilEnded()
    orders.cancel()
  }

  private func reload(_ driver: FarmDriver, logger: Logger) async {
  }
}
