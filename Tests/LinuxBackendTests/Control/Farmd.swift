import Foundation

/// The built daemon's program, run as a process, as a person would.
struct Farmd {
  var status: Int32
  var output: String
  var errors: String

  /// The root of the package.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// It stands next to the test bundle that is running.
  static let program: URL = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return [CommandLine.arguments[0], own].map { URL(fileURLWithPath: $0) }
      .map { $0.deletingLastPathComponent().appendingPathComponent("farmd") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
      ?? root.appendingPathComponent(".build/debug/farmd")
  }()

  static func run(_ arguments: String...) async throws -> Farmd {
    try await run(program.path, arguments)
  }

  /// Runs a program to its end, without keeping a thread of the pool.
  static func run(_ path: String, _ arguments: [String]) async throws -> Farmd {
    try await offPool {
      Result {
        let process = Process()
        let (out, err) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = out
        process.standardError = err
        try process.run()
        // Both are short, so one after the other will do.
        let output = out.fileHandleForReading.readDataToEndOfFile()
        let errors = err.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Farmd(
          status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
          errors: String(decoding: errors, as: UTF8.self))
      }
    }.get()
  }
}
