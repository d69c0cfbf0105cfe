import Engine
import FarmFile

/// The virtual IPs on this node's service interface, and the MAC that all nodes of the farm share for them.
///
/// Every node answers ARP and neighbour solicitations with the shared MAC and sends with its own. So no switch learns
/// the shared MAC, and each frame to it is flooded to all nodes. The filter then lets exactly one node answer. It
/// touches nothing but the tables `netdev`, `arp` and `ip6` of one name, the virtual IPs, one entry of the interface's
/// MAC filter and its `arp_announce`. It works in the network namespace of the thread that creates it and is used from
/// one thread at a time.
public final class SharedAddress {
  let mode: SharedAddressMode
  var tables: AddressTables
  let nftables: Nftables
  let route: RouteSocket
  let watch: KernelWatch
  /// The tables as the kernel lists them unedited; `nil` while nothing is installed.
  var listing: String?
  /// The file that remembers the changes; `nil` to remember them in the tables alone.
  var memory: AddressMemory?
  /// Why the last write to ``memory`` failed.
  var memoryFailure: DriverError?
  /// Whether something may differ from what it should be and has not been checked yet.
  var isDoubtful = false

  /// - Parameters:
  ///   - virtualIPs: at least one; the first gives the automatic MAC.
  ///   - mac: `nil` for the automatic one, see ``FarmFile/MACAddress/automatic(for:mode:)``.
  ///   - interface: the one of the service network; it need not be up yet.
  ///   - table: the name of the tables; a word of letters, digits and `_`.
  /// - Throws: ``AddressError`` for values that cannot work, and without the right to use netlink.
  public convenience init(
    virtualIPs: [IPAddress], mode: SharedAddressMode, mac: MACAddress?, interface: String, table: String
  ) throws(AddressError) {
    guard let first = virtualIPs.first else { throw AddressError("a shared address needs a virtual IP") }
    guard Self.isName(table) else {
      throw AddressError("'\(table)' is no name of a table; expected letters, digits and '_'")
    }
    guard Self.isInterface(interface) else { throw AddressError("'\(interface)' is no name of an interface") }
    if let mac, mac.value == 0 || mac == .broadcast || mac.isMulticast != (mode == .multicast), mode != .none
    {
      throw AddressError("\(mac) cannot be shared as a \(mode) MAC")
    }
    try self.init(
      mode: mode,
      tables: AddressTables(
        name: table, interface: interface, mac: mac ?? .automatic(for: first, mode: mode),
        virtualIPs: virtualIPs))
  }

  /// A shared address that an earlier program left, to be undone.
  convenience init(leftBy earlier: AddressTables) throws(AddressError) {
    try self.init(mode: earlier.mac.isMulticast ? .multicast : .unicast, tables: earlier)
  }

  private init(mode: SharedAddressMode, tables: AddressTables) throws(AddressError) {
    self.mode = mode
    self.tables = tables
    do {
      nftables = try Nftables()
      route = try RouteSocket()
      watch = try KernelWatch()
    } catch let error as FilterError {
      throw AddressError("\(error)")
    } catch {
      throw AddressError("netlink cannot be used: \((error as? NetlinkSocket.Refusal)?.reason ?? "\(error)")")
    }
  }

  /// The MAC that is shared, or would be.
  public var mac: MACAddress { tables.mac }

  private static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && !text.first!.isNumber
      && text.utf8.allSatisfy { ($0 | 32) >= 97 && ($0 | 32) <= 122 || $0 >= 48 && $0 <= 57 || $0 == 95 }
  }

  /// - Source: `dev_valid_name` of the kernel; quotes and backslashes would also end nft's strings.
  private static func isInterface(_ text: String) -> Bool {
    (1...15).contains(text.utf8.count) && text != "." && text != ".."
      && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"/:\"\\*".utf8.contains($0) }
  }
}

extension SharedAddress {
  /// Tells the segment the MAC of every virtual IP. It does no harm if nobody hears it, as while the interface is down.
  func announce() {
    if listing != nil, mode != .none, let link = try? route.link(tables.interface) { announce(on: link) }
  }

  /// The same on a link that is known.
  func announce(on link: RouteSocket.Link) {
    for address in tables.virtualIPs {
      let word = AddressAnnouncement(address: address, mac: tables.mac)
      guard let socket = try? FrameSocket(interface: link, type: word.type) else { continue }
      socket.send(word.payload, to: word.destination)
    }
  }
}

/// Why the shared address cannot be put on this host, as one line for the operator.
public struct AddressError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
