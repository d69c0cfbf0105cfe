import Engine
import FarmFile
import Glibc

extension SharedAddress {
  /// Restores what others have edited or removed, and announces the addresses again: the kernel alone has answered
  /// requests meanwhile, with the node's own MAC. It costs two system calls when the kernel has reported no change.
  /// - Returns: what was not as it should be, as one line; `nil` if nothing.
  /// - Throws: ``AddressError`` if it cannot be restored now; the next call tries again.
  public func repairIfEdited() throws(AddressError) -> String? {
    guard let listing, watch.hasChanged() || isDoubtful else { return nil }
    isDoubtful = true
    let link = try link()
    let addresses = try addresses()
    var edits: [String] = []
    let seen = try listAll()
    if seen != listing {
      edits.append("tables '\(tables.name)' were edited")
      try makeTables(addresses, on: link)
    } else if ownAddress(addresses, on: link) != tables.ownAddress {
      try makeTables(addresses, on: link)
    }
    edits += try restoreHost(link, addresses)
    isDoubtful = false
    if edits.isEmpty { return nil }
    announce(on: link)
    return edits.joined(separator: ", ")
  }

  /// Makes the tables and remembers how the kernel lists them.
  func makeTables(_ addresses: [RouteSocket.Assigned], on link: RouteSocket.Link) throws(AddressError) {
    tables.ownAddress = ownAddress(addresses, on: link)
    try run(tables.commands)
    try attempt("the rewriting of neighbour advertisements") { () throws(NetlinkSocket.Refusal) in
      try AdvertisementRewrite.insert(for: tables.v6, mac: tables.mac, table: tables.name)
    }
    listing = try listAll()
  }

  /// Sets what is missing outside the tables, and removes virtual IPs that others have put on this host: with such an
  /// address the node would answer every client once the daemon is gone.
  /// - Returns: a phrase for each thing that was not as it should be.
  func restoreHost(_ link: RouteSocket.Link, _ addresses: [RouteSocket.Assigned]) throws(AddressError)
    -> [String]
  {
    var missing: [String] = []
    let announce = InterfaceSetting.arpAnnounce(on: tables.interface)
    if tables.before.arpAnnounce != nil, let value = announce.value, value < 2 {
      try announce.set(to: 2)
      missing.append("arp_announce of \(tables.interface) was \(value)")
    }
    let filter = "the MAC filter of \(tables.interface)"
    let accepts = try attempt(filter) { () throws(NetlinkSocket.Refusal) in
      try route.accepts(tables.mac, on: link.index)
    }
    if !accepts {
      try attempt(filter, unless: [EEXIST]) { () throws(NetlinkSocket.Refusal) in
        try route.setAccepts(tables.mac, on: link.index, to: true)
      }
      missing.append("\(tables.mac) was not in \(filter)")
    }
    let foreign = addresses.filter { tables.virtualIPs.contains($0.address) && !isOwn($0, on: link) }
    for assigned in foreign {
      try drop(assigned)
      missing.append("\(Self.text(assigned)) was added and is taken away")
    }
    let present = addresses.filter { !foreign.contains($0) }
    for address in tables.virtualIPs where !present.contains(where: { $0.address == address }) {
      try attempt("\(address.text) on \(tables.interface)", unless: [EEXIST]) {
        () throws(NetlinkSocket.Refusal) in try route.add(address, to: link.index, for: AddressLease.seconds)
      }
      missing.append("\(address.text) was not on \(tables.interface)")
    }
    return missing
  }

  /// The address that solicitations are sent from: the link-local one, else any other of the node's own; `nil` without
  /// one.
  private func ownAddress(_ addresses: [RouteSocket.Assigned], on link: RouteSocket.Link) -> IPAddress? {
    let own = addresses.filter { $0.index == link.index }.map(\.address).filter {
      !$0.isIPv4 && !tables.virtualIPs.contains($0)
    }
    return own.first { $0.high >> 54 == 0xfe80 >> 6 } ?? own.first
  }
}
