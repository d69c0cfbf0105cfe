import ArgumentParser
import Commands
import FarmFile
import LinuxBackend

/// Which daemon a command talks to.
struct DaemonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The daemon's control socket.", valueName: "path"))
  var socket: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The farm file, for a daemon whose 'run_directory' is not the usual one.", valueName: "file"))
  var config: String?

  /// - Throws: ``ExitReason/badInput`` after one line a problem of the farm file.
  func client() throws -> ControlClient {
    if let socket { return ControlClient(path: socket) }
    let folder = try config.map { try FarmFiles.read($0).linux.runDirectory }
    return ControlClient(path: ControlServer.path(in: folder ?? LinuxSettings.defaultRunDirectory))
  }

  /// Asks, and returns what a daemon that follows answers.
  /// - Throws: ``ExitReason/unavailable`` where no daemon answers, ``ExitReason/failed`` where it refuses, each
  ///   after one line on standard error.
  func ask(_ request: ControlRequest) throws -> ControlReply {
    let client = try client()
    let reply: ControlReply
    do { reply = try client.ask(request) } catch { throw ExitReason.unavailable.refusing("\(error)") }
    guard reply.ok else { throw ExitReason.failed.refusing(reply.error ?? "no reason is given") }
    return reply
  }

  /// Gives an order and prints what the daemon says of it.
  func order(_ request: ControlRequest) throws {
    if let message = try ask(request).message { try Console.write(PlainText.line(message) + "\n") }
  }

  /// How things stand.
  func status() throws -> StatusReport {
    guard let status = try ask(.status).status else {
      throw ExitReason.unavailable.refusing("\(ControlError.garbled(path: try client().path))")
    }
    return status
  }
}
