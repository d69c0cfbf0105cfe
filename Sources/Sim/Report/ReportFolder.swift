import FarmFile
import Foundation

/// A folder that gets files all at once or not at all: a report's, or other output's.
///
/// The files wait in a ``StagingFolder`` inside it until all of them are complete; then a ``FileExchange`` puts them
/// into their places. A failure leaves nothing, no folder either that was not there before.
public struct ReportFolder {
  /// As the operator named it.
  private let path: String
  private let staging: StagingFolder
  /// The folders that were made for it, the outermost first.
  private let made: [String]

  /// Makes the folder if there is none.
  /// - Throws: ``ReportError/notWritable(path:reason:)``, as everything here.
  public init(_ path: String) throws(ReportError) {
    self.path = path
    made = try Self.make(path)
    do throws(POSIXError) { staging = try StagingFolder(in: path) } catch {
      Self.unmake(made)
      throw .notWritable(path: path, reason: error.systemReason)
    }
  }

  /// Adds a file that is to be put into the folder.
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
      // Nobody but us knows the hidden folder.
      guard case .notWritable(_, let reason) = error else { throw error }
      throw .notWritable(path: path, reason: reason)
    }
    try write(chart.file, drawing)
  }

  /// Puts the files that were written into the folder, the last one last, and removes what killed processes left there.
  /// - Parameter older: files of an earlier report that go unless they are replaced.
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

  /// Whether files could be written to a folder or, if there is none, to the nearest one above it that there is.
  /// - Parameter files: that must not be folders.
  public static func check(_ path: String, files: [String] = []) throws(ReportError) {
    var folder = path
    var status = stat()
    while stat(folder, &status) != 0 {
      let code = errno
      // A link to nothing is there, and in the way.
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

  /// Does something while no other process does the same in a folder, on a disk that can lock.
  private static func alone<Failure: Error>(
    in folder: String, _ work: () throws(Failure) -> Void
  ) throws(Failure) {
    let lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { if lock >= 0 { close(lock) } }
    if lock >= 0 { flock(lock, LOCK_EX) }
    try work()
  }

  /// Makes a folder and those above it. - Returns: those that were not there, the outermost first.
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
