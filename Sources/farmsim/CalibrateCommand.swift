import ArgumentParser
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
      \(ExitReason.table)
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
    guard (1...4096).contains(buckets) else {
      throw ValidationError("--buckets \(buckets): expected 1 to 4096")
    }
    guard (20...100_000).contains(rounds) else {
      throw ValidationError("--rounds \(rounds): expected 20 to 100000")
    }
  }

  func run() throws {
    if let missing = LabNeeds.missing {
      Console.complain("error: \(missing)")
      throw ExitReason.unavailable.exit
    }
    let calibration: Calibration
    do throws(LabError) {
      calibration = try Calibration.measure(rounds: rounds)
    } catch {
      Console.complain("error: \(error)")
      throw ExitReason.unavailable.exit
    }
    for sentence in calibration.sentences { Console.complain(sentence) }
    try write(calibration.yaml(buckets: buckets, networks: networks, machine: LabMachine.lines))
  }

  private func write(_ text: String) throws {
    if output == "-" { return try Console.write(text) }
    do {
      try text.write(toFile: output, atomically: true, encoding: .utf8)
    } catch {
      Console.complain("error: cannot write \(output): \(error.localizedDescription)")
      throw ExitReason.cannotWrite.exit
    }
  }
}
