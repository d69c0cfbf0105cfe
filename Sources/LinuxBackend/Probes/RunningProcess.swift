import Foundation

/// Whether a process of a given name runs, as `ps -C` would find it.
enum RunningProcess {
  /// How many bytes of a name the kernel keeps.
  private static let kept = 15

  static func check(_ name: String) -> ProbeOutcome {
    guard let entries = opendir("/proc") else { return .failed("/proc cannot be read") }
    defer { closedir(entries) }
    let wanted = Array(name.utf8)
    while let entry = readdir(entries) {
      let number = withUnsafeBytes(of: entry.pointee.d_name) { bytes in bytes.prefix { $0 != 0 } }
      guard let first = number.first, 48...57 ~= first else { continue }
      let folder = "/proc/" + String(decoding: number, as: UTF8.self)
      if isCalled(wanted, folder) { return .ok }
    }
    return .failed("no such process")
  }

  private static func isCalled(_ name: [UInt8], _ folder: String) -> Bool {
    guard let called = read(folder + "/comm"), called.last == 10 else { return false }
    guard called.dropLast().elementsEqual(name.prefix(kept)) else { return false }
    // A zombie has ended; only its parent has not reaped it yet.
    guard let stat = read(folder + "/stat"), let close = stat.lastIndex(of: 41), close + 2 < stat.count,
      stat[close + 2] != 90, stat[close + 2] != 88
    else { return false }
    if name.count <= kept { return true }
    guard let line = read(folder + "/cmdline") else { return false }
    let program = line.prefix { $0 != 0 }
    return program.suffix(name.count).elementsEqual(name)
  }

  private static func read(_ path: String) -> [UInt8]? {
    let handle = open(path, O_RDONLY | O_CLOEXEC)
    guard handle >= 0 else { return nil }
    defer { close(handle) }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(handle, &buffer, buffer.count)
    return count < 0 ? nil : Array(buffer.prefix(count))
  }
}
