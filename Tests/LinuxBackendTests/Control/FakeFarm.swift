import Engine
import Foundation
import LinuxBackend
import Synchronization

/// A farm service that answers with the sample report, notes its orders, and refuses them if told to.
final class FakeFarm: FarmService {
  private let commands = Mutex<[Command]>([])
  private let refusal: Refusal?
  /// How long every answer takes, in milliseconds.
  private let delay: Int

  init(refusing refusal: Refusal? = nil, delay: Int = 0) {
    self.refusal = refusal
    self.delay = delay
  }

  var followed: [Command] { commands.withLock { $0 } }

  func status() async throws -> StatusReport {
    if delay > 0 { try await Task.sleep(nanoseconds: UInt64(delay) * 1_000_000) }
    return .sample
  }

  func follow(_ command: Command) async throws {
    if let refusal { throw CommandRefused(refusal) }
    commands.withLock { $0.append(command) }
  }

  func reload() async throws -> String {
    if refusal != nil { throw CommandRefused("farm.yaml:3:1: unknown key 'nods'\nand more") }
    return "staged configuration 00000000000000bb"
  }
}
