import FarmFile
import Glibc

/// How long the kernel keeps a virtual IP that nobody renews.
///
/// A filter that somebody has flushed no longer keeps a node from answering every client. So the address must not
/// outlive its daemon either: the kernel takes it away this long after the last renewal, whatever ended the daemon.
enum AddressLease {
  /// In whole seconds, as the kernel has it. It is renewed once a second: a few may be missed.
  static let seconds: UInt32 = 5
}

extension SharedAddress {
  /// Has the kernel keep the virtual IPs for another ``AddressLease/seconds``. One that is not there is left to
  /// ``repairIfEdited()``.
  /// - Throws: ``AddressError`` with what the kernel refuses.
  public func renew() throws(AddressError) {
    guard listing != nil, mode != .none, let index = try? route.link(tables.interface).index else { return }
    watch.renewed = (index, tables.virtualIPs)
    let there = try attempt("the host's addresses") { () throws(NetlinkSocket.Refusal) in
      try route.addresses(on: index)
    }
    for address in tables.virtualIPs where there.contains(where: { $0.address == address && $0.isBare }) {
      try attempt("\(address.text) on \(tables.interface)", unless: [ENOENT, ENODEV]) {
        () throws(NetlinkSocket.Refusal) in try route.renew(address, on: index)
      }
    }
  }
}
