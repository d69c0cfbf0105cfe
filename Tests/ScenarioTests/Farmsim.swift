import Foundation

/// The built program, run as a process from the root of the package, as a person would.
struct Farmsim {
  var status: Int32
  /// Whether a signal ended it.
  var wasKilled: Bool
  var output: String
  var errors: String

  var errorLines: [String] { errors.split(separator: "\n").map(String.init) }

  /// The root of the package.
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The program stands next to the test bundle that is running.
  static let program: URL = {
    let bundle = try! FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var candidates = [URL(fileURLWithPath: CommandLine.arguments[0]), URL(fileURLWithPath: bundle)]
    candidates.append(root.appendingPathComponent(".build/debug/xctest"))
    return
      candidates
      .map { $0.deletingLastPathComponent().appendingPathComponent("farmsim") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
      ?? root.appendingPathComponent(".build/debug/farmsim")
  }()

  /// Runs to the end.
  /// - Parameters:
  ///   - input: standard input; empty if `nil`.
  ///   - outputPath: where standard output goes instead of into the result.
  ///   - whileRunning: is given the process id once it runs.
  static func run(
    _ arguments: [String], input: Data? = nil, environment: [String: String] = [:],
    outputPath: String? = nil, whileRunning: (Int32) throws -> Void = { _ in }
  ) throws -> Farmsim {
    let folder = try TemporaryFolder()
    let (out, err) = (folder.file("out"), folder.file("err"))
    let stdin = folder.file("in")
    for (url, data) in [(out, Data()), (err, Data()), (stdin, input ?? Data())] { try data.write(to: url) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = root
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: stdin)
    process.standardOutput = try FileHandle(forWritingTo: outputPath.map { URL(fileURLWithPath: $0) } ?? out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    try whileRunning(process.processIdentifier)
    process.waitUntilExit()
    return Farmsim(
      status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
      output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
  }
}

/// A folder that goes when it is no longer used.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("farmsim-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  var path: String { url.path }
  func file(_ name: String) -> URL { url.appendingPathComponent(name) }

  /// Writes a file and returns its path.
  func write(_ text: String, as name: String) throws -> String {
    try Data(text.utf8).write(to: file(name))
    return file(name).path
  }

  /// Names of what is in it, sorted.
  var entries: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
