import Commands
import Foundation
import Testing

@testable import farmsim

@Suite struct HelpTests {
  @Test(arguments: [
    [], ["run"], ["validate"], ["scenarios"], ["owner"], ["measures"], ["lab"], ["calibrate"], ["soak"],
  ])
  func everyCommandExplainsItselfWithExamples(command: [String]) throws {
    let help = try Farmsim.run(command + ["--help"])
    #expect(help.status == 0)
    #expect(help.output.contains("EXAMPLES\n"))
    #expect(help.output.contains("  farmsim ") || help.output.contains("  sudo farmsim "))
    #expect(help.output.contains("farmsim " + command.joined()))
    #expect(help.errors.isEmpty)
  }

  @Test func theExitCodesAreInTheHelp() throws {
    let help = try Farmsim.run(["--help"]).output
    for row in ExitTable.farmsim.rows { #expect(help.contains("\n  \(row.reason.rawValue) ")) }
    #expect(help.contains(ExitTable.farmsim.text))
    #expect(ExitTable.farmsim.text(of: .good, .usage).split(separator: "\n").count == 2)
    #expect(ExitTable.farmsim.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: [["--help"], ["run", "--help"], ["--version"]]) func helpForAFullDiskIs73(words: [String])
    throws
  {
    let run = try Farmsim.run(words, outputPath: "/dev/full")
    #expect(run.status == 73)
    #expect(run.errors == "error: cannot write the output: No space left on device\n")
  }

  @Test func theVersionIsOneLine() throws {
    let version = try Farmsim.run(["--version"])
    #expect(version.status == 0)
    #expect(version.output == "farmsim \(Version.number)\n")
  }

  @Test(arguments: [
    ["run"], ["run", "--trials", "0", "x.yaml"], ["run", "--format", "xml", "x.yaml"], ["validate"],
    ["frobnicate"], ["run", "--sed", "1", "x.yaml"], ["run", "x.yaml", "--set", "nothing"],
    ["lab"], ["lab", "--format", "xml", "x.yaml"], ["lab", "--repeats", "0", "x.yaml"],
    ["lab", "x.yaml", "--report", ""], ["soak", "--output", ""],
    ["calibrate", "--rounds", "1"], ["calibrate", "--output", ""],
    ["owner", "x.yaml"], ["owner", "x.yaml", "192.0.2.1", "--from", "-"],
  ])
  func aWrongCommandLineIs64AndSaysWhy(arguments: [String]) throws {
    let run = try Farmsim.run(arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains("Error: "))
    #expect(run.output.isEmpty)
  }
}
