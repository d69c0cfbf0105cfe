import FarmFile
import Glibc

/// How long the kernel keeps a virtual IP that nobody renews.
///
/// A node whose filter somebody has flushed would answer every client. So the address must not outlive its daemon: the
/// kernel removes it this long after the last renewal, however the daemon ended.
enum AddressLease {
  /// In whole seconds, as the kernel counts it. The daemon renews it once a second, so it may miss a few renewals.
  static let seconds: UInt32 = 5
}

extension SharedAddress {
  /// Has the kernel keep the virtual IPs for another ``AddressLease/seconds``. It does not add a missing one:
  /// ``repairIfEdited()`` does.
  /// - Throws: ``AddressError`` with what the kernel refuses.
  public func renew() throws(AddressError) {
    guard listing != nil, mode != .none, let index = try? route.link(tables.interface).index else { return }
    watch.renewed = (index, tables.virtualIPs)
    let there = try attempt("the host's addresses") { () throws(NetlinkSocket.Refusal) in
      try route.addresses(on: index)
    }
    for address in tables.virtualIPs where there.contains(where: { $0.address == address && $0.isBare }) {
      try attempt("\(address.text) on \(tables.interface)", unless: [ENOENT, ENODEV]) {
        () throws(NetlinkSocket.Refusal) in try route.renew(address, on: index, for: AddressLease.seconds)
      }
    }
  }
}
