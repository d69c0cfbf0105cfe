import CLinux
import Foundation
import LinuxBackend

/// A program that is started, does its work and ends.
enum Program {
  struct Outcome: Sendable {
    /// The status from `waitpid`; 0 for success.
    var status: Int32
    var output: String
    var errors: String

    /// Its error message, on one line.
    var complaint: String {
      let text = (errors.isEmpty ? output : errors).trimmingCharacters(in: .whitespacesAndNewlines)
      return text.isEmpty
        ? "it failed with status \(status)" : text.replacingOccurrences(of: "\n", with: "; ")
    }
  }

  /// The path of a program; `nil` if it is not installed. System folders are searched even if `PATH` leaves them out.
  static func path(of name: String) -> String? {
    let listed = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return (listed + ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"])
      .map { $0 + "/" + name }.first { access($0, X_OK) == 0 }
  }

  /// Runs a program in the calling thread's namespaces and waits for its end.
  static func run(
    _ name: String, _ arguments: [String], input: String = ""
  ) throws(LabError) -> Outcome {
    guard let program = path(of: name) else { throw LabError("\(name) is not installed") }
    let files = try (0..<3).map { (i: Int) throws(LabError) -> Int32 in try memoryFile("\(name)-\(i)") }
    defer { for file in files { close(file) } }
    var written = 0
    let bytes = Array(input.utf8)
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(files[0], $0.baseAddress! + written, bytes.count - written) }
      guard count > 0 else { throw .system("cannot hand input to \(name)") }
      written += count
    }
    lseek(files[0], 0, SEEK_SET)
    let pid = try spawn(program, arguments, input: files[0], output: files[1], errors: files[2])
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    return Outcome(status: status, output: text(files[1]), errors: text(files[2]))
  }

  /// Starts a program in the calling thread's namespaces. It has the three descriptors as its standard ones, and no
  /// others.
  static func spawn(
    _ path: String, _ arguments: [String], input: Int32, output: Int32, errors: Int32
  ) throws(LabError) -> pid_t {
    do throws(ProcessStart.Failure) {
      return try ProcessStart.spawn(path, arguments, input: input, output: output, errors: errors)
    } catch { throw LabError("cannot start \(error.text)") }
  }

  /// A file without a name. It vanishes with its last descriptor.
  private static func memoryFile(_ name: String) throws(LabError) -> Int32 {
    let file = clinux_memfd(name)
    guard file >= 0 else { throw .system("no memory for \(name)") }
    return file
  }

  private static func text(_ file: Int32) -> String {
    lseek(file, 0, SEEK_SET)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[..<count]
    }
  }
}
