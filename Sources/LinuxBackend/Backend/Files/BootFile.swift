import Foundation

/// A ``StateFile`` whose content counts only until the machine reboots, since a reboot resets the kernel. The kernel's
/// boot id stands before the content.
struct BootFile: Sendable {
  private let file: StateFile

  /// Empty if the kernel does not tell it: then no content is believed.
  private static let boot = Array(
    ((try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? "").utf8)

  init(path: String) { file = StateFile(path: path) }

  /// The content; `nil` if there is none, if another boot wrote it, or if it cannot be read.
  func read() -> [UInt8]? {
    guard let bytes = try? file.read(), !Self.boot.isEmpty, bytes.starts(with: Self.boot) else { return nil }
    return Array(bytes.dropFirst(Self.boot.count))
  }

  /// Replaces the content.
  /// - Parameter isDurable: whether it is on the disk when the call returns.
  /// - Throws: ``DriverError/cannotWrite(_:)``.
  func write(_ bytes: [UInt8], isDurable: Bool) throws(DriverError) {
    guard !Self.boot.isEmpty else { return remove() }
    try file.write(Self.boot + bytes, isDurable: isDurable)
  }

  func remove() { file.remove() }
}
