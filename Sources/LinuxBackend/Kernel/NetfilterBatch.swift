import CNetfilter

/// Messages to nftables that the kernel takes as one transaction: all of them or none.
///
/// It is for rules that nft's language cannot express; the rest goes through ``Nftables``.
struct NetfilterBatch {
  /// All messages have the same number, so that one wait hears a refusal of the whole batch as well as of a message.
  static let sequence: UInt32 = 1
  private var bytes: [UInt8] = []

  init() { append { nftnl_batch_begin($0, Self.sequence) } }

  /// Appends a message. Only the last one needs to ask for a confirmation: a refusal of any other refuses all.
  mutating func append(_ build: (UnsafeMutablePointer<CChar>) -> UnsafeMutablePointer<nlmsghdr>?) {
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBufferPointer { bytes in
      build(bytes.baseAddress!).map { Int($0.pointee.nlmsg_len) } ?? 0
    }
    bytes += buffer[..<length].map { UInt8(bitPattern: $0) }
    bytes += [UInt8](repeating: 0, count: -length & 3)
  }

  /// Sends the whole batch and waits for the kernel's answer.
  consuming func send(by socket: NetlinkSocket) throws(NetlinkSocket.Refusal) {
    append { nftnl_batch_end($0, Self.sequence) }
    try socket.send(bytes, confirmedBy: Self.sequence)
  }
}

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
