import Foundation

/// A hidden folder for files that are not complete yet: `.farmsim-` and six letters.
///
/// A lock shows that it belongs to this process. The system releases the lock when the process ends, in whatever way.
/// So a folder that a killed process left has no lock, and ``removeAbandoned(in:)`` removes it. A process number in the
/// name would not do: another container that writes to the same disk has its own numbers.
struct StagingFolder {
  let path: String
  private let lock: Int32

  static let prefix = ".farmsim-"
  /// The names of files that wait for their place, and of the files that they replace, begin with these.
  static let (complete, previous) = ("complete-", "previous-")

  /// Creates one. - Throws: the system's reason, such as `EACCES`.
  init(in folder: String) throws(POSIXError) {
    for _ in 0..<Self.attempts {
      var name = Array((folder + "/" + Self.prefix + "XXXXXX").utf8CString)
      guard mkdtemp(&name) != nil else { throw Self.error }
      let path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      // A disk that cannot lock does not let another process take the folder for an abandoned one either.
      if lock >= 0 { flock(lock, LOCK_EX) }
      if lock >= 0, Self.isSame(path, lock) {
        (self.path, self.lock) = (path, lock)
        return
      }
      // Another process took it for an abandoned one before we locked it.
      if lock >= 0 { close(lock) }
    }
    throw POSIXError(.EBUSY)
  }

  private static let attempts = 16

  private static var error: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }

  /// Where a file waits until it is complete.
  func place(ofComplete file: String) -> String { path + "/" + Self.complete + file }

  /// Where a file waits that another one replaces.
  func place(ofPrevious file: String) -> String { path + "/" + Self.previous + file }

  /// Removes the folder with its files, and releases the lock.
  func discard() {
    Self.remove(path)
    close(lock)
  }

  /// Removes what killed processes left, never what belongs to a running one.
  ///
  /// If a process was killed while it replaced files, the previous files go back to their places.
  static func removeAbandoned(in folder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names where isStaging(name) {
      let path = folder + "/" + name
      let lock = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard lock >= 0 else { continue }
      if flock(lock, LOCK_EX | LOCK_NB) == 0 {
        restore(from: path, to: folder)
        remove(path)
      }
      close(lock)
    }
  }

  private static func isStaging(_ name: String) -> Bool {
    let letters = name.dropFirst(prefix.count)
    return name.hasPrefix(prefix) && letters.count == 6
      && letters.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }

  private static func restore(from path: String, to folder: String) {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    // If no file waits, all of the new ones are in their places.
    guard files.contains(where: { $0.hasPrefix(complete) }) else { return }
    for file in files.sorted() where file.hasPrefix(previous) {
      rename(path + "/" + file, folder + "/" + file.dropFirst(previous.count))
    }
  }

  /// Removes a folder with the files that belong in it. A folder with other files stays.
  private static func remove(_ path: String) {
    let own = [complete, previous, Gnuplot.drawing, "probe"]
    for file in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    where own.contains(where: file.hasPrefix) {
      unlink(path + "/" + file)
    }
    rmdir(path)
  }

  /// Whether an open folder is still the one at a path.
  private static func isSame(_ path: String, _ folder: Int32) -> Bool {
    var (there, here) = (stat(), stat())
    return stat(path, &there) == 0 && fstat(folder, &here) == 0
      && (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)
  }
}
