import Commands
import Foundation

/// What a report of real measurements says about the machine.
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

  /// The same as comment lines of a file.
  static var lines: [String] { pairs.map { "\($0.what): \($0.value)" } }

  private static var day: String {
    let format = ISO8601DateFormatter()
    format.formatOptions = [.withFullDate]
    return format.string(from: Date())
  }
}
