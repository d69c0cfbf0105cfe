import FarmFile
import Foundation

/// The folder of a report, and a hidden one inside it where files wait until all of them are complete.
struct ReportFolder {
  let folder: URL
  let staging: URL

  /// Creates both.
  init(_ path: String) throws(ReportError) {
    folder = URL(fileURLWithPath: path, isDirectory: true)
    staging = folder.appendingPathComponent(
      ".report-\(ProcessInfo.processInfo.processIdentifier)", isDirectory: true)
    do {
      try FileManager.default.createDirectory(at: staging, withIntermediateDirectories: true)
    } catch {
      throw .notWritable(path: path, reason: error.systemReason)
    }
  }

  func write(_ file: String, _ text: String) throws(ReportError) {
    let url = staging.appendingPathComponent("complete-" + file)
    do {
      try Data(text.utf8).write(to: url)
    } catch {
      throw .notWritable(path: url.path, reason: error.systemReason)
    }
  }

  /// Renames every file into the folder, the page last, and removes charts of an earlier report.
  /// - Parameter possible: every chart that an earlier report of the kind may have left.
  func publish(
    _ files: [String], page: String, possible: [String] = ReportCharts.possibleFiles
  ) throws(ReportError) {
    for file in files + [page] {
      let target = folder.appendingPathComponent(file).path
      if rename(staging.appendingPathComponent("complete-" + file).path, target) != 0 {
        throw .notWritable(path: target, reason: String(cString: strerror(errno)))
      }
    }
    for file in possible where !files.contains(file) {
      unlink(folder.appendingPathComponent(file).path)
    }
  }

  func discard() { try? FileManager.default.removeItem(at: staging) }

  /// Tries to make a file in the folder or, if that does not exist yet, in the nearest one above it that does.
  static func check(_ path: String) throws(ReportError) {
    var folder = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    var isDirectory: ObjCBool = false
    while !FileManager.default.fileExists(atPath: folder.path, isDirectory: &isDirectory), folder.path != "/"
    {
      folder.deleteLastPathComponent()
    }
    guard isDirectory.boolValue else {
      throw .notWritable(path: path, reason: "\(folder.path) is not a folder")
    }
    let probe = folder.appendingPathComponent(".report-\(ProcessInfo.processInfo.processIdentifier)").path
    let file = open(probe, O_CREAT | O_EXCL | O_WRONLY, 0o600)
    guard file >= 0 else { throw .notWritable(path: path, reason: String(cString: strerror(errno))) }
    close(file)
    unlink(probe)
  }
}
