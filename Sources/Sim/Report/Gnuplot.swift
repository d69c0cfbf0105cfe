import FarmFile
import Foundation

/// The gnuplot program: a script in, an SVG out.
struct Gnuplot {
  private let program: URL

  /// Looks for gnuplot in the folders of `PATH`.
  init(path: String = ProcessInfo.processInfo.environment["PATH"] ?? "") throws(ReportError) {
    for folder in path.split(separator: ":") {
      let file = "\(folder)/gnuplot"
      if FileManager.default.isExecutableFile(atPath: file) {
        program = URL(fileURLWithPath: file)
        return
      }
    }
    throw .gnuplotMissing
  }

  /// Draws one chart in a folder that exists. The folder is left with the script and what gnuplot wrote.
  func draw(_ chart: Chart, in folder: URL) throws(ReportError) -> String {
    let output = folder.appendingPathComponent("drawing.svg")
    // A file, not a pipe: a program that dies while its standard input is being written would take us along.
    let script = folder.appendingPathComponent("drawing.gp")
    let process = Process()
    let complaints = Pipe()
    process.executableURL = program
    // Neither the user's settings nor the user's language may change a chart.
    process.arguments = ["-d", "drawing.gp"]
    process.environment = ["LC_ALL": "C.UTF-8"]
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = complaints
    do {
      try Data(chart.script.utf8).write(to: script)
      try process.run()
      let said = complaints.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        let reason = String(decoding: said, as: UTF8.self).split(separator: "\n").last.map(String.init)
        throw ReportError.chartFailed(
          chart: chart.name, reason: reason ?? "it ended with \(process.terminationStatus)")
      }
      return SVGDocument.finish(try String(contentsOf: output, encoding: .utf8), title: chart.finding)
    } catch let error as ReportError {
      throw error
    } catch {
      throw .chartFailed(chart: chart.name, reason: error.systemReason)
    }
  }
}
