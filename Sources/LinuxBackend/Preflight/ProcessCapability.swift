import Foundation

/// A capability that the preflight needs, by its bit in the kernel's masks.
///
/// A namespace needs one more; without it, the checks that need a namespace are not made.
enum ProcessCapability: Int, CaseIterable {
  case netAdmin = 12
  case netRaw = 13

  var name: String {
    switch self {
    case .netAdmin: "CAP_NET_ADMIN"
    case .netRaw: "CAP_NET_RAW"
    }
  }

  /// Whether this process has it.
  /// - Source: `CapEff` of proc_pid_status(5).
  var isHeld: Bool {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
      let mask = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16)
    else { return false }
    return mask >> UInt64(rawValue) & 1 == 1
  }
}
