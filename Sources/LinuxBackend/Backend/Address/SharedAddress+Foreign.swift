import Engine
import FarmFile
import Glibc

/// Virtual IPs that are on this host already, but not put there by this program.
///
/// An address that an earlier daemon left in a crash is not foreign: it has a mark, or the daemon's table names it.
extension SharedAddress {
  /// The place of a virtual IP, on any interface, where the farm has not put it.
  public struct Foreign: Sendable, Hashable {
    public var address: IPAddress
    /// `10.77.0.100/32 on lo`, or the kind of route.
    public var place: String
    /// A command that removes it.
    public var removal: String

    public var complaint: String {
      "the virtual IP \(address.text) is on this machine already, not by farmd: \(place); with it this node would answer every client whenever farmd does not run"
    }
  }

  /// The first one found; `nil` if there is none, or where the operator puts the virtual IPs on the nodes.
  public func foreignAddress() throws(AddressError) -> Foreign? {
    guard mode != .none else { return nil }
    let earlier = try installed()
    let earlierIndex = earlier.flatMap { try? route.link($0.interface).index }
    let assigned = try addresses().filter { tables.virtualIPs.contains($0.address) }
    for one in assigned {
      let isKnown = one.index == earlierIndex && earlier?.virtualIPs.contains(one.address) == true
      if one.isBare, one.isMarked || isKnown { continue }
      return Foreign(
        address: one.address, place: Self.text(one),
        removal: "ip addr del \(one.address.text)/\(one.prefixLength) dev \(Self.name(of: one.index))")
    }
    for address in tables.virtualIPs where !assigned.contains(where: { $0.address == address }) {
      guard route.isLocal(address) else { continue }
      return Foreign(
        address: address, place: "in a route of type local",
        removal: "find it with 'ip route show table local' (ip -6), and delete it")
    }
    return nil
  }

  /// Whether an address is where, and as, this program puts it.
  func isOwn(_ assigned: RouteSocket.Assigned, on link: RouteSocket.Link) -> Bool {
    assigned.index == link.index && assigned.isBare
  }

  func drop(_ assigned: RouteSocket.Assigned) throws(AddressError) {
    try attempt(Self.text(assigned), unless: [EADDRNOTAVAIL]) { () throws(NetlinkSocket.Refusal) in
      try route.remove(assigned)
    }
  }

  static func text(_ assigned: RouteSocket.Assigned) -> String {
    "\(assigned.address.text)/\(assigned.prefixLength) on \(name(of: assigned.index))"
  }

  private static func name(of index: UInt32) -> String {
    var buffer = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
    guard if_indextoname(index, &buffer) != nil else { return "interface \(index)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
