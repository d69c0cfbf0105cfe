import ArgumentParser
import Commands
import Engine
import FarmFile
import Lab

/// `farmsim lab-server`: the application of a lab's node, started by the lab itself.
struct LabServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab-server", abstract: "Answer a lab's clients with the node's number.",
    shouldDisplay: false)

  @Option(help: "The node's number, from 0.") var node: Int

  @Argument(help: "What to listen on, as tcp/192.0.2.100/80.") var endpoints: [String]

  func run() throws {
    let places = try endpoints.map { text in
      let parts = text.split(separator: "/").map(String.init)
      guard parts.count == 3, let address = IPAddress(parsing: parts[1]), let port = UInt16(parts[2]),
        ["tcp", "udp"].contains(parts[0]), (0..<64).contains(node)
      else { throw ValidationError("'\(text)' is not transport/address/port") }
      return (transport: parts[0] == "tcp" ? Transport.tcp : .udp, address: address, port: port)
    }
    do throws(LabError) {
      try LabServer(node: NodeID(node), endpoints: places).run()
    } catch {
      throw ExitReason.unavailable.saying("lab-server: \(error)")
    }
  }
}
