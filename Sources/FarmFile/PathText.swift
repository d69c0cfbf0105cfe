import Foundation

/// The parts of a path, as its user wrote it and as POSIX names them.
///
/// Foundation's functions for this trap on a relative path that begins with a name of one letter.
public enum PathText {
  /// The folder that a file or a folder is in: `reports` for `reports/crash/`, `.` for a name alone, `/` for `/`.
  public static func folder(of path: String) -> String { part(of: path, dirname) }

  /// The last name of a path: `crash` for `reports/crash/`, `/` for `/`.
  public static func name(of path: String) -> String { part(of: path, __xpg_basename) }

  /// The path of something in a folder.
  public static func joined(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// - Parameter take: may write into the text that it is given. It returns a pointer into that text or into its own.
  private static func part(
    of path: String, _ take: (UnsafeMutablePointer<CChar>?) -> UnsafeMutablePointer<CChar>?
  ) -> String {
    let copy = strdup(path)
    defer { free(copy) }
    return take(copy).map { String(cString: $0) } ?? path
  }
}
