import Foundation
import TestSupport
import Testing

/// `make install`, with the program of the tests for the one that is released.
@Suite struct InstallTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func size(_ path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
  }

  @Test func putsAStrippedProgramOnThePath() throws {
    let program = BuiltProgram.farmsim.path
    let make = try Farmsim.run(
      ["install", "FARMSIM=\(program)", "DESTDIR=\(folder.path)", "PREFIX=/usr"], program: "make")
    #expect(make.status == 0, "\(make.errors)")
    let installed = folder.path + "/usr/bin/farmsim"
    #expect(try size(installed) < size(program))
    #expect(try Farmsim.run(["--version"], program: installed).output.hasPrefix("farmsim "))
  }

  @Test func saysWhatToBuildFirst() throws {
    let make = try Farmsim.run(
      ["install", "FARMSIM=\(folder.path)/none", "DESTDIR=\(folder.path)"], program: "make")
    #expect(make.status != 0)
    #expect(make.errors.contains("run 'make build' first"))
    #expect(folder.entries.isEmpty)
  }

  /// If one program is built with other flags than the other, every package is compiled twice.
  @Test func everyTargetIsBuiltWithTheSameFlags() throws {
    let makefile = try String(
      contentsOf: BuiltProgram.root.appendingPathComponent("Makefile"), encoding: .utf8)
    #expect(makefile.matches(of: /swift build/).count == 1)
  }
}
