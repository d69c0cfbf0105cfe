import TestSupport
import Testing

@testable import Lab

/// A machine that can carry a lab, but has no place for its output.
@Suite(.needsRealFarm)
struct OutputPlaceTests {
  @Test(arguments: ["calibrate", "soak"]) func whatCannotBeWrittenIsSaidFirst(command: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("", as: "file")
    let run = try Program.run("env", [BuiltProgram.farmsim.path, command, "--output", file + "/output"])
    #expect(run.status >> 8 == 73)
    #expect(run.output.isEmpty)
    #expect(run.errors == "error: cannot write to \(file)/output: \(file) is not a folder\n")
  }
}
