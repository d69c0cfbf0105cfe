import Commands
import FarmFile
import Foundation
import Sim

/// Where a command writes its output, except for reports.
enum OutputPlace {
  /// Checks, before anything is played, that a folder can be written to. It need not exist yet.
  /// - Throws: ``ExitReason/cannotWrite``, after a line that says why.
  static func check(folder: String) throws {
    try saying(folder) { () throws(ReportError) in try ReportFolder.check(folder) }
  }

  /// The same for a file. Its folder must exist.
  static func check(file: String) throws {
    if isDevice(file) { return }
    let place = Place(of: file)
    guard FileManager.default.fileExists(atPath: place.folder) else {
      throw refused(file, "there is no folder \(place.folder)")
    }
    try saying(file) { () throws(ReportError) in try ReportFolder.check(place.folder, files: [place.name]) }
  }

  /// Writes one file, all of it or nothing. A device or a pipe is written to directly.
  /// - Throws: ``ExitReason/cannotWrite``, after a line that says why.
  static func write(_ text: String, to file: String) throws {
    if isDevice(file) {
      do { return try Data(text.utf8).write(to: URL(fileURLWithPath: file)) } catch {
        throw refused(file, error.systemReason)
      }
    }
    let place = Place(of: file)
    try saying(file) { () throws(ReportError) in try put([place.name: text], into: place.folder) }
  }

  /// Writes bytes to a file in a folder that exists.
  /// - Throws: ``ExitReason/cannotWrite``, after a line that says why.
  static func write(_ bytes: [UInt8], to file: String) throws {
    do { try Data(bytes).write(to: URL(fileURLWithPath: file), options: .atomic) } catch {
      throw refused(file, error.systemReason)
    }
  }

  /// Writes texts into a folder, all of them or none. The folder is created if there is none.
  /// - Parameter files: texts by the files' names.
  /// - Throws: ``ExitReason/cannotWrite``, after a line that says why.
  static func write(_ files: [String: String], to folder: String) throws {
    try saying(folder) { () throws(ReportError) in try put(files, into: folder) }
  }

  /// Folder and name of the file that is written: for a link, those of its target, so that the link stays.
  private struct Place {
    var folder: String
    var name: String

    init(of file: String) {
      let link = FileManager.default.fileExists(atPath: file) ? realpath(file, nil) : nil
      defer { free(link) }
      let path = link.map { String(cString: $0) } ?? file
      folder = PathText.folder(of: path)
      name = PathText.name(of: path)
    }
  }

  private static func put(_ files: [String: String], into path: String) throws(ReportError) {
    let folder = try ReportFolder(path)
    defer { folder.discard() }
    for (name, text) in files { try folder.write(name, text) }
    try folder.publish(files.keys.sorted())
  }

  /// Whether the path leads to something that is neither a regular file nor a folder.
  private static func isDevice(_ file: String) -> Bool {
    var status = stat()
    guard stat(file, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  private static func saying(_ path: String, _ work: () throws(ReportError) -> Void) throws {
    do throws(ReportError) { try work() } catch {
      guard case .notWritable(_, let reason) = error else { throw refused(path, error.message) }
      throw refused(path, reason)
    }
  }

  private static func refused(_ path: String, _ reason: String) -> any Error {
    ExitReason.cannotWrite.saying("error: cannot write to \(path): \(reason)")
  }
}
