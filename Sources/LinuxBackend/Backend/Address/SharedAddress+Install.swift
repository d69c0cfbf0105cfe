import Engine
import FarmFile
import Glibc

extension SharedAddress {
  /// Puts everything in place, tables first, so that no virtual IP is ever announced with the node's own MAC. Doing it
  /// twice changes nothing.
  ///
  /// Virtual IPs that somebody else has put on this host are removed. Call ``foreignAddress()`` before, where they must
  /// be refused instead. State that an earlier run left under the same name is taken over, or undone where it differs.
  /// The filter must be there, closed, before.
  /// - Throws: ``AddressError``; ``remove()`` undoes what was done until then.
  public func install() throws(AddressError) {
    let earlier = try installed()
    guard mode != .none else {
      if let earlier { try undo(earlier) }
      return
    }
    let link = try link()
    guard link.mac != tables.mac else {
      throw AddressError("\(tables.interface) itself has the MAC \(tables.mac); choose another shared_mac")
    }
    var before = AddressTables.Before()
    if let earlier, earlier.name == tables.name, earlier.interface == tables.interface,
      earlier.mac == tables.mac
    {
      try dropAddresses(of: earlier, keeping: tables.virtualIPs)
      before = earlier.before
    } else {
      if let earlier { try undo(earlier) }
      before.acceptedMAC = try attempt("the MAC filter of \(tables.interface)") {
        () throws(NetlinkSocket.Refusal) in try route.accepts(tables.mac, on: link.index)
      }
      let announce = InterfaceSetting.arpAnnounce(on: tables.interface).value ?? 0
      before.arpAnnounce = tables.v4.isEmpty || announce >= 2 ? nil : announce
    }
    let addresses = try addresses()
    tables.before = before
    isDoubtful = true
    // Without a disk the farm goes on: the tables remember the state as well.
    do throws(DriverError) { try memory?.keep(tables) } catch { memoryFailure = error }
    try makeTables(addresses, on: link)
    _ = try restoreHost(link, addresses)
    announce(on: link)
    isDoubtful = false
  }

  /// Takes everything away again: addresses, tables, the entry of the MAC filter, `arp_announce`. What was there before
  /// stays. Doing it twice is harmless.
  ///
  /// No virtual IP stays on any interface, whoever has added it: without the filter this node would answer all clients.
  public func remove() throws(AddressError) {
    if listing != nil {
      for assigned in try addresses() where tables.virtualIPs.contains(assigned.address) {
        try drop(assigned)
      }
    }
    if let earlier = try installed() ?? (listing == nil ? nil : tables) { try undo(earlier) }
    listing = nil
    isDoubtful = false
    memory?.forget()
  }

  /// The state of an earlier ``install()`` under this name, as the tables say or else as the file remembers it; `nil`
  /// if there is none.
  func installed() throws(AddressError) -> AddressTables? {
    let text = try list("netdev")
    return AddressTables(name: tables.name, netdevListing: text) ?? memory?.load()
  }

  func undo(_ earlier: AddressTables) throws(AddressError) {
    // The addresses go first: without the tables they would be announced with the node's own MAC.
    try dropAddresses(of: earlier, keeping: [])
    if let index = try? route.link(earlier.interface).index, !earlier.before.acceptedMAC {
      try attempt("the MAC filter of \(earlier.interface)", unless: [ENOENT]) {
        () throws(NetlinkSocket.Refusal) in
        try route.setAccepts(earlier.mac, on: index, to: false)
      }
    }
    let announce = InterfaceSetting.arpAnnounce(on: earlier.interface)
    if let value = earlier.before.arpAnnounce, announce.value == 2 { try announce.set(to: value) }
    try run(AddressTables.removal(of: earlier.name))
  }

  private func dropAddresses(of earlier: AddressTables, keeping kept: [IPAddress]) throws(AddressError) {
    guard let link = try? route.link(earlier.interface) else { return }
    for assigned in try addresses() {
      let address = assigned.address
      guard earlier.virtualIPs.contains(address), !kept.contains(address), isOwn(assigned, on: link)
      else { continue }
      try drop(assigned)
    }
  }
}
