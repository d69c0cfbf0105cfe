import Foundation
import TestSupport

/// The built program, run as a process from the root of the package, as a person would.
struct Farmsim {
  var status: Int32
  /// Whether a signal ended it.
  var wasKilled: Bool
  var output: String
  var errors: String

  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  /// How long a program may run: far beyond what the slowest machine needs, so that only one that hangs is killed.
  ///
  /// A time limit on a test would count the wait for its turn as well, which takes minutes on a busy machine.
  private static let longest = DispatchTimeInterval.seconds(1200)

  /// Runs to the end; a program that hangs is killed.
  /// - Parameters:
  ///   - input: standard input; empty if `nil`.
  ///   - outputPath: where standard output goes instead of into the result.
  ///   - program: another one, found by its name.
  ///   - whileRunning: is given the process id once it runs.
  static func run(
    _ arguments: [String], input: Data? = nil, environment: [String: String] = [:],
    outputPath: String? = nil, program: String? = nil, whileRunning: (Int32) throws -> Void = { _ in }
  ) throws -> Farmsim {
    let folder = try TemporaryFolder()
    let (out, err) = (folder.file("out"), folder.file("err"))
    let stdin = folder.file("in")
    for (url, data) in [(out, Data()), (err, Data()), (stdin, input ?? Data())] { try data.write(to: url) }
    let process = Process()
    process.executableURL = program == nil ? BuiltProgram.farmsim : URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = (program.map { [$0] } ?? []) + arguments
    process.currentDirectoryURL = BuiltProgram.root
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: stdin)
    process.standardOutput = try FileHandle(forWritingTo: outputPath.map { URL(fileURLWithPath: $0) } ?? out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    let id = process.processIdentifier
    let watch = DispatchWorkItem { kill(id, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + longest, execute: watch)
    defer { watch.cancel() }
    try whileRunning(id)
    process.waitUntilExit()
    return Farmsim(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
  }
}
