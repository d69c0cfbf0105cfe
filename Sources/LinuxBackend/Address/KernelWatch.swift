import CNetfilter
import Engine
import Glibc

/// Says whether anything that a shared address rests on may have changed since the last look.
///
/// It listens to the kernel's own notices, so that a look costs two system calls when nothing happened; the filter's
/// own commits, ten and more a second, are passed over by their family.
final class KernelWatch {
  private let route: NetlinkSocket
  private let netfilter: NetlinkSocket
  /// Addresses that this program puts on an interface again and again: that they are there is no news.
  var renewed: (index: UInt32, addresses: [IPAddress]) = (0, [])

  init() throws(NetlinkSocket.Refusal) {
    let groups = RTMGRP_LINK | RTMGRP_NEIGH | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR
    route = try NetlinkSocket(bus: NETLINK_ROUTE, groups: UInt32(groups))
    netfilter = try NetlinkSocket(bus: NETLINK_NETFILTER, groups: NetfilterNumbers.noticeGroup)
  }

  /// Reads all notices that wait; true if one was about an address, a link, a filter of MACs or a table of the families arp, ip6 and netdev,
  /// or if notices were lost.
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
