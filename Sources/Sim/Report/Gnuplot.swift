import FarmFile
import Foundation

/// The gnuplot program: a script in, an SVG out.
struct Gnuplot {
  private let program: URL

  /// The names of files that a drawing leaves begin with this.
  static let drawing = "drawing."

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

  /// Draws one chart in a folder that exists. The script and what gnuplot wrote stay in the folder.
  func draw(_ chart: Chart, in folder: URL) throws(ReportError) -> String {
    let output = folder.appendingPathComponent(Gnuplot.drawing + "svg")
    // A file, not a pipe: if gnuplot died while we wrote to its standard input, it would end us too.
    let script = folder.appendingPathComponent(Gnuplot.drawing + "gp")
    let process = Process()
    let complaints = Pipe()
    process.executableURL = program
    // The user's settings and language must not change a chart.
    process.arguments = ["-d", "drawing.gp"]
    process.environment = ["LC_ALL": "C.UTF-8"]
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = complaints
    do {
      try Data(chart.script.utf8).write(to: script)
    } catch { throw .notWritable(path: script.path, reason: error.systemReason) }
    do {
      try process.run()
    } catch { throw .chartFailed(chart: chart.name, reason: error.systemReason) }
    let said = complaints.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // gnuplot exits with 0 even if a full disk cut its output off.
    let drawing = (try? String(contentsOf: output, encoding: .utf8)) ?? ""
    guard process.terminationStatus == 0, drawing.contains("</svg>") else {
      try Gnuplot.checkRoom(folder)
      let reason = String(decoding: said, as: UTF8.self).split(separator: "\n").last.map(String.init)
      throw .chartFailed(chart: chart.name, reason: reason ?? "it ended with \(process.terminationStatus)")
    }
    return SVGDocument.finish(drawing, title: chart.finding)
  }

  /// - Throws: ``ReportError/notWritable(path:reason:)`` if the folder has no room for a file of a drawing's size.
  private static func checkRoom(_ folder: URL) throws(ReportError) {
    let probe = folder.appendingPathComponent("probe")
    do {
      try Data(count: 256 << 10).write(to: probe)
    } catch { throw .notWritable(path: folder.path, reason: error.systemReason) }
    try? FileManager.default.removeItem(at: probe)
  }
}
