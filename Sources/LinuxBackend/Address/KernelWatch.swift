import CNetfilter
import Glibc

/// Says whether anything that a shared address rests on may have changed since the last look.
///
/// It listens to the kernel's own notices, so that a look costs two system calls when nothing happened; the filter's
/// own commits, ten and more a second, are passed over by their family.
final class KernelWatch {
  private let route: NetlinkSocket
  private let netfilter: NetlinkSocket

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
}
