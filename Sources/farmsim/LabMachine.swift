import Foundation
import Lab

/// What a report of real measurements says of the machine.
enum LabMachine {
  static var pairs: [(what: String, value: String)] {
    var names = utsname()
    uname(&names)
    let kernel = withUnsafeBytes(of: names.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return [
      ("Kernel", "Linux \(kernel)"), ("Cores", "\(ProcessInfo.processInfo.activeProcessorCount)"),
      ("Memory", "\(ProcessInfo.processInfo.physicalMemory >> 30) GiB"), ("Platform", Platform.text),
      ("farmsim", Version.number), ("Date", day),
    ]
  }

  /// What a lab starts, on a machine that can carry one.
  /// - Parameter farmd: the daemon; `nil` for the one beside this program.
  /// - Throws: ``ExitReason/unavailable``, after a line that says what is missing.
  static func programs(farmd: String?) throws -> LabPrograms {
    guard let daemon = farmd ?? LabPrograms.usualFarmd, access(daemon, X_OK) == 0 else {
      Console.complain("error: the lab needs the program farmd; give it with --farmd")
      throw ExitReason.unavailable.exit
    }
    if let missing = LabNeeds.missing {
      Console.complain("error: \(missing)")
      throw ExitReason.unavailable.exit
    }
    return LabPrograms(farmd: URL(fileURLWithPath: daemon).path, server: LabPrograms.own)
  }

  /// The same for comments of a file.
  static var lines: [String] { pairs.map { "\($0.what): \($0.value)" } }

  private static var day: String {
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withFullDate]
    return format.string(from: Date())
  }
}
