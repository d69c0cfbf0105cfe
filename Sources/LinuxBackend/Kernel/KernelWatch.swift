import CNetfilter
import Engine
import Glibc

/// Says whether anything that a shared address depends on may have changed since the last look.
///
/// It listens to the kernel's notices, so a look costs two system calls when nothing happened. It ignores the filter's
/// own commits, ten or more a second, by their family.
final class KernelWatch {
  private let route: NetlinkSocket
  private let netfilter: NetlinkSocket
  /// Addresses that this program renews again and again on an interface: a notice that one was added there is no
  /// change.
  var renewed: (index: UInt32, addresses: [IPAddress]) = (0, [])

  init() throws(NetlinkSocket.Refusal) {
    let groups = RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR
    route = try NetlinkSocket(bus: NETLINK_ROUTE, groups: UInt32(groups))
    netfilter = try NetlinkSocket(bus: NETLINK_NETFILTER, groups: NetfilterNumbers.noticeGroup)
  }

  /// Reads all notices that wait.
  /// - Returns: whether one was about an address, a link, a MAC filter or a table of the families arp, ip6 and netdev,
  ///   or whether notices were lost.
  func hasChanged() -> Bool {
    var isRelevant = false
    let hasLostRoute = route.drain { message in
      switch Int32(message.pointee.nlmsg_type) {
      case Int32(RTM_NEWNEIGH), Int32(RTM_DELNEIGH):
        let family = message.header(ndmsg.self)?.ndm_family
        isRelevant = isRelevant || family == UInt8(PF_BRIDGE)
      case Int32(RTM_NEWADDR) where isRenewal(message): break
      default: isRelevant = true
      }
    }
    let hasLostNetfilter = netfilter.drain { message in
      switch Int(message.header(nfgenmsg.self)?.nfgen_family ?? 0) {
      case NFPROTO_ARP, NFPROTO_IPV6, NFPROTO_NETDEV: isRelevant = true
      default: break
      }
    }
    return isRelevant || hasLostRoute || hasLostNetfilter
  }

  private func isRenewal(_ message: NetlinkSocket.Message) -> Bool {
    guard let header = message.header(ifaddrmsg.self), header.ifa_index == renewed.index,
      let bytes = message.attribute(Int(IFA_LOCAL), after: ifaddrmsg.self)
        ?? message.attribute(Int(IFA_ADDRESS), after: ifaddrmsg.self),
      let address = IPAddress(bytes: bytes), header.ifa_prefixlen == (address.isIPv4 ? 32 : 128)
    else { return false }
    return renewed.addresses.contains(address)
  }
}
