import Commands
import FarmFile
import Foundation
import Sim

/// Where a command writes what it was asked for, beside reports.
enum OutputPlace {
  /// Whether a folder, which need not be there yet, could be written to: asked before anything is played.
  /// - Throws: ``ExitReason/cannotWrite``, after a line that says why.
  static func check(folder: String) throws { try check(folder, in: folder) }

  /// The same for a file, whose folder must be there.
  static func check(file: String) throws {
    let parent = (file as NSString).deletingLastPathComponent
    let folder = parent.isEmpty ? "." : parent
    guard FileManager.default.fileExists(atPath: folder) else {
      throw refused(file, "there is no folder \(folder)")
    }
    try check(file, in: folder)
  }

  private static func check(_ path: String, in folder: String) throws {
    do throws(ReportError) { try Report.checkWritable(folder) } catch {
      guard case .notWritable(_, let reason) = error else { throw refused(path, error.message) }
      throw refused(path, reason)
    }
  }

  /// Writes one file, whole or not at all. - Throws: ``ExitReason/cannotWrite``, after a line that says why.
  static func write(_ text: String, to file: String) throws {
    do { try text.write(toFile: file, atomically: true, encoding: .utf8) } catch {
      throw refused(file, error.systemReason)
    }
  }

  /// Writes texts into a folder, which is made if there is none.
  /// - Parameter files: texts by the files' names.
  /// - Throws: ``ExitReason/cannotWrite``, after a line that says why.
  static func write(_ files: [String: String], to folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (name, text) in files {
        try text.write(toFile: folder + "/" + name, atomically: false, encoding: .utf8)
      }
    } catch { throw refused(folder, error.systemReason) }
  }

  private static func refused(_ path: String, _ reason: String) -> any Error {
    ExitReason.cannotWrite.saying("error: cannot write to \(path): \(reason)")
  }
}
