import Glibc

extension SharedAddress {
  func link() throws(AddressError) -> RouteSocket.Link {
    try attempt("interface \(tables.interface)") { () throws(NetlinkSocket.Refusal) in
      try route.link(tables.interface)
    }
  }

  /// The longest IP packet that an interface carries; `nil` if there is no such interface.
  func mtu(of interface: String) -> Int? { try? route.link(interface).mtu }

  /// The addresses of all interfaces.
  func addresses() throws(AddressError) -> [RouteSocket.Assigned] {
    try attempt("the host's addresses") { () throws(NetlinkSocket.Refusal) in try route.addresses() }
  }

  func run(_ commands: String) throws(AddressError) {
    do { try nftables.run(commands) } catch {
      throw AddressError("the tables '\(tables.name)' of the shared address: \(error)")
    }
  }

  /// The listing of one of the tables; empty if it does not exist.
  func list(_ family: String) throws(AddressError) -> String {
    do { return try nftables.layout(of: tables.name, family: family) ?? "" } catch {
      throw AddressError("table \(family) \(tables.name): \(error)")
    }
  }

  func listAll() throws(AddressError) -> String {
    var text = ""
    for family in AddressTables.families { text += try list(family) }
    return text
  }

  /// Calls `body` and turns a refusal into an error that names what was refused.
  /// - Parameter harmless: refusals that mean that it is so already.
  func attempt(
    _ what: String, unless harmless: Set<Int32>, _ body: () throws(NetlinkSocket.Refusal) -> Void
  ) throws(AddressError) {
    do { try body() } catch {
      if !harmless.contains(error.code) { throw refused(what, error) }
    }
  }

  @discardableResult
  func attempt<Value>(
    _ what: String, _ body: () throws(NetlinkSocket.Refusal) -> Value
  ) throws(AddressError) -> Value {
    do { return try body() } catch { throw refused(what, error) }
  }

  private func refused(_ what: String, _ refusal: NetlinkSocket.Refusal) -> AddressError {
    switch refusal.code {
    case EACCES where what.contains(":"): AddressError("\(what): IPv6 is switched off on it (disable_ipv6)")
    default: AddressError("\(what): \(refusal.reason)")
    }
  }
}
