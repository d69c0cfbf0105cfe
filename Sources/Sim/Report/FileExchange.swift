import FarmFile
import Foundation

/// Puts complete files into their places, and can take all of it back.
///
/// Replaced files wait in the ``StagingFolder`` until everything is in its place. The last file, a report's page, is
/// the first to be taken away: nobody finds a page beside files that are not its own.
struct FileExchange {
  private let staging: StagingFolder
  private let folder: String
  private var taken: [String] = []
  private var put: [String] = []

  /// Why a file cannot be exchanged.
  struct Obstacle: Error {
    var reason: String
  }

  init(from staging: StagingFolder, to folder: String) {
    (self.staging, self.folder) = (staging, folder)
  }

  /// Takes older files away and puts the new ones into their places, the last one last.
  /// - Throws: what is in the way. Everything is then as it was before.
  mutating func run(_ files: [String], removing older: [String]) throws(Obstacle) {
    do throws(Obstacle) {
      for file in files.reversed() + older.filter({ !files.contains($0) }) { try take(file) }
      for file in files { try place(file) }
    } catch {
      undo()
      throw error
    }
  }

  /// An obstacle if a folder stands where a file must go.
  static func obstacle(_ path: String) -> Obstacle? {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
    return Obstacle(reason: "\(path) is a folder")
  }

  private mutating func take(_ file: String) throws(Obstacle) {
    let path = place(of: file)
    if let obstacle = Self.obstacle(path) { throw obstacle }
    if rename(path, staging.place(ofPrevious: file)) == 0 {
      taken.append(file)
    } else if errno != ENOENT {
      throw Obstacle(reason: "\(path): \(String(cString: strerror(errno)))")
    }
  }

  private mutating func place(_ file: String) throws(Obstacle) {
    let path = place(of: file)
    guard rename(staging.place(ofComplete: file), path) == 0 else {
      throw Obstacle(reason: "\(path): \(String(cString: strerror(errno)))")
    }
    put.append(file)
  }

  private mutating func undo() {
    for file in put.reversed() { unlink(place(of: file)) }
    for file in taken.reversed() { rename(staging.place(ofPrevious: file), place(of: file)) }
  }

  private func place(of file: String) -> String { PathText.joined(folder, file) }
}
