import Foundation
import TestSupport
import Testing

/// A run that is killed at any point leaves no report that looks whole and is not, and the next one leaves nothing of
/// it.
///
/// In place of gnuplot stands a script that draws, and sends a signal to farmsim while it draws a certain picture.
@Suite struct KillTests {
  private let folder: TemporaryFolder
  private let scenario: String

  init() throws {
    folder = try TemporaryFolder()
    scenario = try folder.write(SmallFarm.yaml(), as: "small.yaml")
  }

  /// - Parameter picture: from 1, during which `signals` are sent.
  private func run(_ words: [String] = [], sending signals: [String] = [], at picture: Int = 0) throws
    -> Farmsim
  {
    let programs = folder.file("programs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: programs, withIntermediateDirectories: true)
    // Two signals of a kind are one to a process that has not taken the first yet; then it no longer catches them.
    let taken = "while grep -q '^SigCgt:.*[2367abef]$' /proc/$PPID/status; do :; done"
    let kills = signals.map { "kill -\($0) $PPID" }.joined(separator: "; \(taken); ")
    let script = """
      #!/bin/sh
      PATH=/usr/bin:/bin
      n=0
      [ -e drawing.count ] && read -r n < drawing.count
      n=$((n + 1))
      echo $n > drawing.count
      [ $n -ne \(picture) ] || { \(kills.isEmpty ? ":" : kills); }
      exec gnuplot "$@"

      """
    let gnuplot = programs.appendingPathComponent("gnuplot")
    try Data(script.utf8).write(to: gnuplot)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: gnuplot.path)
    let path = programs.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
    return try Farmsim.run(
      ["run", scenario, "--quiet", "--report", folder.path + "/report"] + words, environment: ["PATH": path])
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path + "/report").sorted()
  }

  private func page() throws -> String {
    try String(contentsOf: folder.file("report/report.md"), encoding: .utf8)
  }

  @Test(arguments: [["KILL"], ["TERM"], ["INT", "INT"]], 1...3)
  func aKilledReportIsNone(signals: [String], picture: Int) throws {
    let killed = try run(sending: signals, at: picture)
    #expect(killed.wasKilled)
    #expect(try names().allSatisfy { $0.hasPrefix(".farmsim-") })
    #expect(try run().status == 0)
    let good = try names()
    #expect(good.contains("report.md") && !good.contains { $0.hasPrefix(".") })
    // Nor does it touch the earlier one.
    let (text, files) = (try page(), good)
    #expect(try run(["--seed", "2"], sending: signals, at: picture).wasKilled)
    #expect(try page() == text)
    #expect(try names().filter { !$0.hasPrefix(".") } == files)
    #expect(try run(["--seed", "2"]).status == 0)
    #expect(try page() != text)
    #expect(try !names().contains { $0.hasPrefix(".") })
  }

  /// Ctrl-C at a terminal reaches gnuplot, too.
  @Test func oneInterruptWhileAReportIsWrittenLetsItBeWritten() throws {
    let run = try run(sending: ["INT"], at: 1)
    #expect(run.status == 130 && !run.wasKilled)
    #expect(try page().contains("**Verdict: passed**"))
    #expect(try !names().contains { $0.hasPrefix(".") })
  }
}
