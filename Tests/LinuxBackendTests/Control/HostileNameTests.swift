import Engine
import FarmFile
import Foundation
import Logging
import TestSupport
import Testing

@testable import LinuxBackend

/// Names, reasons and texts of files, programs and other nodes are shown by the daemon as plain text, and have no other
/// effect.
@Suite struct HostileNameTests {
  private static func isPlain(_ text: some StringProtocol) -> Bool {
    text.unicodeScalars.allSatisfy { $0 == "\n" || PlainText.isPlain($0) }
  }

  private static func report(_ words: inout HostileText) -> StatusReport {
    var report = StatusReport.sample
    report.node = words.text()
    report.service.text = words.text()
    report.configuration.waitsFor = [words.text()]
    for i in report.members.indices { report.members[i].node = words.text() }
    for i in report.groups.indices { report.groups[i].name = words.text() }
    report.health = CheckerReport(
      isHealthy: false, isHeldOut: false,
      checkers: [CheckerReport.Entry(name: words.text(), isWell: false, reason: words.text())])
    report.machine = MachineReport(
      paths: [PathReport(node: words.text(), network: words.text(), packetBytes: 1, text: words.text())])
    return report
  }

  @Test(arguments: 0..<200)
  func statusMetricsAndPreflightHaveNothingThatATerminalObeys(_ seed: UInt64) throws {
    var words = HostileText(seed: seed)
    let report = Self.report(&words)
    #expect(Self.isPlain(StatusText(report).text))
    let metrics = MetricsText(report, residentBytes: 1).text
    #expect(Self.isPlain(metrics))
    #expect(metrics.split(separator: "\n").allSatisfy { $0.hasPrefix("farmd_") || $0.hasPrefix("# ") })
    for text in [ControlJSON.text(report), String(decoding: ControlJSON.line(report), as: UTF8.self)] {
      #expect(Self.isPlain(text))
      #expect(try ControlJSON.read(StatusReport.self, from: text.utf8) == report)
    }
    let preflight = PreflightReport(
      node: words.text(), checks: [PreflightCheck(words.text(), .fails(words.text(), fix: words.text()))])
    #expect(Self.isPlain(preflight.text) && Self.isPlain(preflight.json))
    // No name makes a line of its own.
    #expect(preflight.text.filter { $0 == "\n" }.count == 3)
    let members = StatusText(report).text.split(separator: "\n").drop { !$0.hasPrefix("MEMBER") }
    #expect(members.dropFirst(4).first?.hasPrefix("nobody (holes)") == true)
  }

  @Test(arguments: 0..<100)
  func anEventIsOneLineInTheLog(_ seed: UInt64) throws {
    var words = HostileText(seed: seed)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let writer = LogWriter(descriptor: ends[1])
    let logger = Logger(label: "test") { _ in LineLogHandler(form: .journal, writer: writer) }
    logger.error("\(words.text())", metadata: ["reason": "\(words.text())"])
    writer.flush()
    close(ends[1])
    let text = String(
      decoding: FileHandle(fileDescriptor: ends[0], closeOnDealloc: true).availableData, as: UTF8.self)
    #expect(Self.isPlain(text) && text.filter { $0 == "\n" }.count == 1 && text.hasSuffix("\n"), "\(text)")
  }

  @Test(arguments: [
    ["sta\u{1b}[2Jtus"], ["status", "--socket", "/no/such\u{9b}31m\u{202e}"],
    ["drain", "--deadline", "1\u{1b}]0;x\u{7}"],
    ["--unknown\u{1b}c"],
  ])
  func aRefusedCommandLineIsQuotedInPlainCharacters(_ words: [String]) async throws {
    let run = try await Farmd.run(BuiltProgram.farmd.path, words)
    #expect(run.status != 0 && !run.errors.isEmpty && Self.isPlain(run.errors + run.output), "\(run.errors)")
  }
}
