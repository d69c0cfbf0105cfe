/// The kernel's numbers that C headers do not bring into Swift: libnfnetlink's older copy of `nfnetlink.h` hides them.
///
/// Source: Linux `include/uapi/linux/netfilter.h` and `netfilter/nfnetlink.h`, which never change.
package enum NetfilterNumbers {
  /// `NFNL_SUBSYS_NFTABLES`, the upper byte of a message's type.
  package static let nftables: UInt16 = 10
  /// `NFNLGRP_NFTABLES`, the group that hears of changes to rules, as a mask.
  package static let noticeGroup: UInt32 = 1 << (7 - 1)
  /// `NFPROTO_INET`, the family of tables for IPv4 and IPv6 together.
  package static let internetFamily: UInt8 = 1
}
