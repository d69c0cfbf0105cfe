import ArgumentParser
import Commands
import Foundation
import Lab

/// `farmsim calibrate`: measures this machine for the simulator.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Measure this machine's kernel filter, timers and virtual wires for the simulator.",
    discussion: """
      Measures in network namespaces of its own how long the kernel filter takes to commit a take-over and a lease \
      renewal with 64, 256, 1024 and 4096 buckets, how late the daemon's timers are, and how long a frame takes. \
      Writes a file that scenarios can include. It takes some seconds, best on an idle machine, and needs root.

      EXAMPLES
        sudo farmsim calibrate --network lan
        sudo farmsim calibrate --output big.yaml --buckets 4096
        farmsim run my-farm.yaml --set include=calibration.yaml

      EXIT CODES
      \(ExitTable.farmsim.text(of: .good, .usage, .unavailable, .cannotWrite))
      """)

  @Option(help: ArgumentHelp("The file to write; - for standard output.", valueName: "file"))
  var output = "calibration.yaml"

  @Option(help: "The size of the group that the commit time is for.") var buckets = 1024

  @Option(
    name: .customLong("network"), parsing: .singleValue,
    help: ArgumentHelp(
      "A network of the scenarios that gets the measured delay; can be given several times.",
      valueName: "name"))
  var networks: [String] = []

  @Option(help: "How often each time is measured.") var rounds = 300

  func validate() throws {
    if output.isEmpty { throw ValidationError("--output: no file is named") }
    guard (1...4096).contains(buckets) else {
      throw ValidationError("--buckets \(buckets): expected 1 to 4096")
    }
    guard (20...100_000).contains(rounds) else {
      throw ValidationError("--rounds \(rounds): expected 20 to 100000")
    }
  }

  func run() throws {
    if let missing = LabNeeds.missing { throw ExitReason.unavailable.saying("error: \(missing)") }
    if output != "-" { try OutputPlace.check(file: output) }
    let calibration = try LabPlay.saying { () throws(LabError) in try Calibration.measure(rounds: rounds) }
    for sentence in calibration.sentences { Console.complain(sentence) }
    let text = calibration.yaml(buckets: buckets, networks: networks, machine: LabMachine.lines)
    if output == "-" { try Console.write(text) } else { try OutputPlace.write(text, to: output) }
  }
}
