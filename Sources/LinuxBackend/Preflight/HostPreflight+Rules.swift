import Engine
import FarmFile
import Foundation

extension HostPreflight {
  /// Whether rules of others keep connections to the virtual IPs from being tracked: such a connection ends after its
  /// handshake.
  func tracking() -> PreflightCheck {
    let name = "connections are tracked"
    let found: [ForeignRule]
    do throws(FilterError) {
      found = try TrackingHazards(farm: setup.farm, interface: setup.serviceInterface).find()
    } catch { return PreflightCheck(name, .notChecked("\(error)")) }
    guard found.isEmpty else {
      return PreflightCheck(
        name,
        .fails(
          "not so, and they end after their handshake, because of \(found.map(\.words).joined(separator: "; "))",
          fix: found.map(\.removal).joined(separator: "; ")))
    }
    guard let legacy = Self.legacyTables.first(where: { $0.hasSuffix(" raw") }) else {
      return PreflightCheck(name, .ok("no rule of others keeps the kernel from it"))
    }
    return PreflightCheck(
      name,
      .notChecked(
        "the rules of \(legacy) cannot be read here: look for NOTRACK and CT with '\(Self.listing(legacy))'"))
  }

  /// The tables that the older iptables has in the kernel, as `iptables-legacy raw`, in the namespace of the calling thread.
  static var legacyTables: [String] {
    [("ip_tables_names", "iptables-legacy"), ("ip6_tables_names", "ip6tables-legacy")].flatMap {
      file, program in
      let names = (try? String(contentsOfFile: "/proc/thread-self/net/\(file)", encoding: .utf8)) ?? ""
      return names.split(separator: "\n").map { "\(program) \($0)" }
    }
  }

  /// The command that lists the rules of one of them.
  static func listing(_ legacy: String) -> String {
    let words = legacy.split(separator: " ")
    return "\(words[0]) -t \(words[1]) -S"
  }
}
