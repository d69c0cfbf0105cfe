import Engine
import FarmFile
import Foundation

/// What a shared address has changed on this host, where no flush of tables reaches it: else a daemon that is started
/// after a crash and a flush would take what the crash left for what the host was like before.
///
/// A reboot makes it worthless, since it resets the kernel.
struct AddressMemory: Sendable {
  private struct Content: Codable {
    var boot: String
    var interface: String
    var mac: String
    var addresses: [String]
    var acceptedMAC: Bool
    var arpAnnounce: Int?
  }

  private let file: StateFile
  private let boot: String

  init(folder: String, node: String) {
    file = StateFile(path: "\(folder)/\(node).address")
    boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
  }

  /// What was changed last, and not taken back; `nil` if nothing is known of such.
  func load(name: String) -> AddressTables? {
    guard let bytes = try? file.read(),
      let content = try? JSONDecoder().decode(Content.self, from: Data(bytes)),
      content.boot == boot, !boot.isEmpty, let mac = MACAddress(parsing: content.mac)
    else { return nil }
    var tables = AddressTables(
      name: name, interface: content.interface, mac: mac,
      virtualIPs: content.addresses.compactMap { IPAddress(parsing: $0) })
    tables.before = AddressTables.Before(acceptedMAC: content.acceptedMAC, arpAnnounce: content.arpAnnounce)
    return tables
  }

  /// Remembers what is about to be changed. - Throws: ``DriverError/cannotWrite(_:)``.
  func keep(_ tables: AddressTables) throws(DriverError) {
    // An upgrade in place is not to wait for the disk.
    if let known = load(name: tables.name), known.interface == tables.interface, known.mac == tables.mac,
      known.virtualIPs == tables.virtualIPs, known.before == tables.before
    {
      return
    }
    let content = Content(
      boot: boot, interface: tables.interface, mac: "\(tables.mac)", addresses: tables.virtualIPs.map(\.text),
      acceptedMAC: tables.before.acceptedMAC, arpAnnounce: tables.before.arpAnnounce)
    guard let data = try? JSONEncoder().encode(content) else { return }
    try file.write(Array(data), isDurable: true)
  }

  /// All of it was taken back.
  func forget() { file.remove() }
}
