import ArgumentParser
import Commands
import Engine
import Lab

/// `farmsim lab-server`: the application of a lab's node, started by the lab itself.
struct LabServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab-server", abstract: "Answer a lab's clients with the node's number.",
    shouldDisplay: false)

  @Option(help: "The node's number, from 0.") var node: Int

  @Option(help: "What the process is called, at most 15 bytes.") var name: String?

  @Option(help: "When it begins to listen, in nanoseconds of CLOCK_MONOTONIC.") var servesAt: UInt64?

  @Option(help: "A file with the nanoseconds that each answer is late, eight bytes.") var brake: String?

  @Option(help: "A pipe that is told once it listens.") var tell: String?

  @Argument(help: "What to listen on, as tcp/192.0.2.100/80 or http/127.0.0.1/80/200.") var endpoints:
    [String]

  func run() throws {
    let places = try endpoints.map { text in
      guard let place = LabEndpoint(parsing: text), (0..<64).contains(node) else {
        throw ValidationError("'\(text)' is not transport/address/port, or http/address/port/status")
      }
      return place
    }
    do throws(LabError) {
      let start = LabServerStart(name: name, servesAt: servesAt, pipe: tell)
      start.wait()
      let server = try LabServer(
        node: NodeID(node), endpoints: places,
        brake: try brake.map { path throws(LabError) in try LabBrake(path: path) })
      start.tell()
      server.run()
    } catch {
      throw ExitReason.unavailable.saying("lab-server: \(error)")
    }
  }
}
