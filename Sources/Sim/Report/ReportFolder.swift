import FarmFile
import Foundation

/// A folder that gets files all at once or not at all: those of a report or of other output.
///
/// The files wait in a ``StagingFolder`` inside it until all of them are complete. A ``FileExchange`` then puts them
/// into their places. A failure leaves nothing behind, and no folder that was not there before.
public struct ReportFolder {
  /// As the operator wrote it.
  private let path: String
  private let staging: StagingFolder
  /// The folders that were created for it, the outermost first.
  private let made: [String]

  /// Creates the folder if there is none.
  /// - Throws: ``ReportError/notWritable(path:reason:)``, as everything here.
  public init(_ path: String) throws(ReportError) {
    self.path = path
    made = try Self.make(path)
    do throws(POSIXError) { staging = try StagingFolder(in: path) } catch {
      Self.unmake(made)
      throw .notWritable(path: path, reason: error.systemReason)
    }
  }

  /// Adds a file to be put into the folder.
  public func write(_ file: String, _ text: String) throws(ReportError) {
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: staging.place(ofComplete: file)))
    } catch { throw .notWritable(path: path, reason: error.systemReason) }
  }

  /// Adds a chart.
  /// - Throws: ``ReportError/chartFailed(chart:reason:)`` as well.
  func draw(_ chart: Chart, by gnuplot: Gnuplot) throws(ReportError) {
    let drawing: String
    do throws(ReportError) {
      drawing = try gnuplot.draw(chart, in: URL(fileURLWithPath: staging.path, isDirectory: true))
    } catch {
      // The operator does not know the hidden folder: the error names the one that they gave.
      guard case .notWritable(_, let reason) = error else { throw error }
      throw .notWritable(path: path, reason: reason)
    }
    try write(chart.file, drawing)
  }

  /// Puts the written files into the folder, the last one last. Removes what killed processes left there.
  /// - Parameter older: files of an earlier report to remove unless they are replaced.
  public func publish(_ files: [String], removing older: [String] = []) throws(ReportError) {
    do throws(FileExchange.Obstacle) {
      try Self.alone(in: path) { () throws(FileExchange.Obstacle) in
        StagingFolder.removeAbandoned(in: path)
        var exchange = FileExchange(from: staging, to: path)
        try exchange.run(files, removing: older)
      }
    } catch { throw .notWritable(path: path, reason: error.reason) }
  }

  /// Removes what was not published.
  public func discard() {
    staging.discard()
    Self.unmake(made)
  }

  /// Whether files could be written to a folder or, if it does not exist, to the nearest folder above it that does.
  /// - Parameter files: files whose places must not be folders.
  public static func check(_ path: String, files: [String] = []) throws(ReportError) {
    var folder = path
    var status = stat()
    while stat(folder, &status) != 0 {
      let code = errno
      // A link to nothing exists, and is in the way.
      guard code == ENOENT || code == ENOTDIR, lstat(folder, &status) != 0 else {
        throw .notWritable(path: path, reason: "\(folder): \(String(cString: strerror(code)))")
      }
      folder = PathText.folder(of: folder)
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw .notWritable(path: path, reason: "\(folder) is not a folder")
    }
    for file in files {
      if let obstacle = FileExchange.obstacle(PathText.joined(path, file)) {
        throw .notWritable(path: path, reason: obstacle.reason)
      }
    }
    alone(in: folder) { StagingFolder.removeAbandoned(in: folder) }
    do throws(POSIXError) { try StagingFolder(in: folder).discard() } catch {
      throw .notWritable(path: path, reason: error.systemReason)
    }
  }

  /// Runs `work` while no other process does so in the same folder, if the disk can lock.
  private static func alone<Failure: Error>(
    in folder: String, _ work: () throws(Failure) -> Void
  ) throws(Failure) {
    let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if lock >= 0 { close(lock) } }
    if lock >= 0 { flock(lock, LOCK_EX) }
    try work()
  }

  /// Creates a folder and those above it. - Returns: those that it created, the outermost first.
  private static func make(_ path: String) throws(ReportError) -> [String] {
    var missing: [String] = []
    var folder = path
    var status = stat()
    while stat(folder, &status) != 0, errno == ENOENT, folder != "/", folder != "." {
      missing.insert(folder, at: 0)
      folder = PathText.folder(of: folder)
    }
    var made: [String] = []
    for folder in missing {
      if mkdir(folder, 0o777) == 0 {
        made.append(folder)
      } else if errno != EEXIST {
        let reason = String(cString: strerror(errno))
        unmake(made)
        throw .notWritable(path: path, reason: reason)
      }
    }
    return made
  }

  /// Removes folders that are empty.
  private static func unmake(_ folders: [String]) {
    for folder in folders.reversed() { rmdir(folder) }
  }
}
