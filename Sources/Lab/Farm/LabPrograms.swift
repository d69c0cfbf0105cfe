import FarmFile
import Foundation

/// The programs that a lab starts.
public struct LabPrograms: Sendable {
  /// The daemon.
  public var farmd: String
  /// A program that serves when it is called with `lab-server`.
  public var server: String

  public init(farmd: String, server: String) {
    self.farmd = farmd
    self.server = server
  }

  /// The path of this program.
  public static var own: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
  }

  /// The daemon beside this program or, if there is none, in the search path; otherwise `nil`.
  public static var usualFarmd: String? {
    let beside = PathText.joined(PathText.folder(of: own), "farmd")
    return isProgram(beside) ? beside : Program.path(of: "farmd")
  }

  /// Whether the path leads to a program that can be started.
  public static func isProgram(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
      && access(path, X_OK) == 0
  }
}
