import Foundation
import TestSupport

/// One run of the built daemon's program as a process, as a person would run it.
struct Farmd {
  var status: Int32
  var output: String
  var errors: String

  static func run(_ arguments: String...) async throws -> Farmd {
    try await run(BuiltProgram.farmd.path, arguments)
  }

  /// Runs a program to its end, without blocking a thread of the pool.
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
        // Both outputs are short, so one can be read after the other.
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
