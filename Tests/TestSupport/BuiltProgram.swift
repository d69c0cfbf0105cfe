import Foundation

/// The package under test: where its files are, and the programs that were built with it.
public enum BuiltProgram {
  /// The root of the package.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  public static let farmsim = beside("farmsim")
  public static let farmd = beside("farmd")

  /// Whether both can be started.
  public static let areThere = [farmsim, farmd].allSatisfy {
    FileManager.default.isExecutableFile(atPath: $0.path)
  }

  /// A program that stands next to the test bundle that is running.
  private static func beside(_ name: String) -> URL {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let usual = root.appendingPathComponent(".build/debug/" + name)
    return [CommandLine.arguments[0], own]
      .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) } ?? usual
  }
}
