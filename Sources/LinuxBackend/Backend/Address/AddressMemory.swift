import Engine
import FarmFile
import Foundation

/// What a shared address has changed on this host, kept in a file that no flush of tables reaches.
///
/// Without it, a daemon that is started after a crash and a flush would take the changes of the crashed one for the
/// host's own state.
struct AddressMemory: Sendable {
  private struct Content: Codable, Equatable {
    var table: String
    var interface: String
    var mac: String
    var addresses: [String]
    var acceptedMAC: Bool
    var arpAnnounce: Int?

    init(_ tables: AddressTables) {
      table = tables.name
      interface = tables.interface
      mac = "\(tables.mac)"
      addresses = tables.virtualIPs.map(\.text)
      acceptedMAC = tables.before.acceptedMAC
      arpAnnounce = tables.before.arpAnnounce
    }

    var tables: AddressTables? {
      guard let mac = MACAddress(parsing: mac) else { return nil }
      var tables = AddressTables(
        name: table, interface: interface, mac: mac,
        virtualIPs: addresses.compactMap { IPAddress(parsing: $0) })
      tables.before = AddressTables.Before(acceptedMAC: acceptedMAC, arpAnnounce: arpAnnounce)
      return tables
    }
  }

  private let file: BootFile

  private static let ending = ".address"

  init(folder: String, node: String) { file = BootFile(path: "\(folder)/\(node)\(Self.ending)") }

  /// The memories of all nodes that have kept one in a state directory.
  static func all(in folder: String) -> [AddressMemory] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map {
      AddressMemory(folder: folder, node: String($0.dropLast(ending.count)))
    }
  }

  /// The last change that was not taken back, with the name of its tables; `nil` if none is known.
  func load() -> AddressTables? { content?.tables }

  private var content: Content? {
    file.read().flatMap { try? JSONDecoder().decode(Content.self, from: Data($0)) }
  }

  /// Remembers what is about to be changed. - Throws: ``DriverError/cannotWrite(_:)``.
  func keep(_ tables: AddressTables) throws(DriverError) {
    let next = Content(tables)
    // An upgrade in place must not wait for the disk.
    if content == next { return }
    guard let data = try? JSONEncoder().encode(next) else { return }
    try file.write(Array(data), isDurable: true)
  }

  /// Removes the file, after everything was taken back.
  func forget() { file.remove() }
}
