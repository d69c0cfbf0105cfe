import ArgumentParser
import Commands
import FarmFile
import LinuxBackend

/// The daemon that a command talks to.
struct DaemonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The daemon's control socket.", valueName: "path"))
  var socket: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The farm file, for a daemon whose 'run_directory' is not the usual one.", valueName: "file"))
  var config: String?

  /// - Throws: ``ExitReason/badInput`` after one line for each problem of the farm file.
  func client() throws -> ControlClient {
    if let socket { return ControlClient(path: socket) }
    let folder = try config.map { try FarmFiles.read($0).linux.runDirectory }
    return ControlClient(path: ControlServer.path(in: folder ?? LinuxSettings.defaultRunDirectory))
  }

  /// Sends a request, and returns the reply of a daemon that accepts it.
  /// - Throws: ``ExitReason/unavailable`` if no daemon answers, ``ExitReason/failed`` if it refuses, each after one
  ///   line on standard error.
  func ask(_ request: ControlRequest) throws -> ControlReply {
    let client = try client()
    let reply: ControlReply
    do { reply = try client.ask(request) } catch { throw ExitReason.unavailable.refusing("\(error)") }
    guard reply.ok else { throw ExitReason.failed.refusing(reply.error ?? "no reason is given") }
    return reply
  }

  /// Gives an order and prints the daemon's answer.
  func order(_ request: ControlRequest) throws {
    if let message = try ask(request).message { try Console.write(PlainText.line(message) + "\n") }
  }

  /// Asks for the daemon's state.
  func status() throws -> StatusReport {
    guard let status = try ask(.status).status else {
      throw ExitReason.unavailable.refusing("\(ControlError.garbled(path: try client().path))")
    }
    return status
  }
}
