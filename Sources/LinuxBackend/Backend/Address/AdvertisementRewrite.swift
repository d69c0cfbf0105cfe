import CNetfilter
import Engine
import FarmFile

/// The rules that put the shared MAC into the kernel's own neighbour advertisements for a virtual IPv6 address.
///
/// nft's language can write any bytes of a packet, but cannot tell the kernel that the ICMPv6 checksum covers them. The
/// kernel can update the checksum, so these rules alone are made with libnftnl.
enum AdvertisementRewrite {
  /// Positions in a neighbour advertisement, in bytes from its ICMPv6 header.
  /// - Source: RFC 4861, sections 4.4 and 4.6.1.
  private enum Offset {
    static let checksum: UInt32 = 2
    static let target: UInt32 = 8
    static let option: UInt32 = 24
    static let mac: UInt32 = 26
  }

  /// Inserts one rule for each address before all others of the chain `output` of `ip6 <table>`.
  static func insert(
    for addresses: [IPAddress], mac: MACAddress, table: String
  ) throws(NetlinkSocket.Refusal) {
    guard !addresses.isEmpty else { return }
    var batch = NetfilterBatch()
    for (i, address) in addresses.enumerated() {
      let isLast = i == addresses.count - 1
      let flags = UInt16(NLM_F_CREATE | (isLast ? NLM_F_ACK : 0))
      batch.append { buffer in
        let message = nftnl_nlmsg_build_hdr(
          buffer, UInt16(NFT_MSG_NEWRULE.rawValue), UInt16(NFPROTO_IPV6), flags, NetfilterBatch.sequence)
        let rule = self.rule(for: address, mac: mac, table: table)
        nftnl_rule_nlmsg_build_payload(message, rule)
        nftnl_rule_free(rule)
        return message
      }
    }
    try batch.send(by: NetlinkSocket(bus: NETLINK_NETFILTER))
  }

  private static func rule(for address: IPAddress, mac: MACAddress, table: String) -> OpaquePointer {
    let rule = nftnl_rule_alloc()!
    nftnl_rule_set_str(rule, UInt16(NFTNL_RULE_TABLE.rawValue), table)
    nftnl_rule_set_str(rule, UInt16(NFTNL_RULE_CHAIN.rawValue), "output")
    nftnl_rule_set_u32(rule, UInt16(NFTNL_RULE_FAMILY.rawValue), UInt32(NFPROTO_IPV6))
    expression("meta", in: rule) {
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_META_KEY), NFT_META_L4PROTO.rawValue)
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_META_DREG), NFT_REG_1.rawValue)
    }
    compare([58], in: rule)
    load(offset: 0, count: 1, in: rule)
    compare([136], in: rule)
    load(offset: Offset.target, count: 16, in: rule)
    compare(address.bytes, in: rule)
    // The rule matches only a target link-layer address option of eight bytes; without the option there is nothing to
    // rewrite.
    load(offset: Offset.option, count: 2, in: rule)
    compare([2, 1], in: rule)
    expression("immediate", in: rule) {
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_IMM_DREG), NFT_REG_1.rawValue)
      nftnl_expr_set($0, UInt16(NFTNL_EXPR_IMM_DATA), mac.octets, 6)
    }
    expression("payload", in: rule) {
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_PAYLOAD_SREG), NFT_REG_1.rawValue)
      position($0, offset: Offset.mac, count: 6)
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_PAYLOAD_CSUM_TYPE), NFT_PAYLOAD_CSUM_INET.rawValue)
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_PAYLOAD_CSUM_OFFSET), Offset.checksum)
    }
    expression("immediate", in: rule) {
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_IMM_DREG), NFT_REG_VERDICT.rawValue)
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_IMM_VERDICT), UInt32(NF_ACCEPT))
    }
    return rule
  }

  private static func expression(
    _ name: String, in rule: OpaquePointer, _ fill: (OpaquePointer) -> Void
  ) {
    let expression = nftnl_expr_alloc(name)!
    fill(expression)
    nftnl_rule_add_expr(rule, expression)
  }

  private static func position(_ expression: OpaquePointer, offset: UInt32, count: UInt32) {
    let base = NFT_PAYLOAD_TRANSPORT_HEADER.rawValue
    nftnl_expr_set_u32(expression, UInt16(NFTNL_EXPR_PAYLOAD_BASE), base)
    nftnl_expr_set_u32(expression, UInt16(NFTNL_EXPR_PAYLOAD_OFFSET), offset)
    nftnl_expr_set_u32(expression, UInt16(NFTNL_EXPR_PAYLOAD_LEN), count)
  }

  private static func load(offset: UInt32, count: UInt32, in rule: OpaquePointer) {
    expression("payload", in: rule) {
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_PAYLOAD_DREG), NFT_REG_1.rawValue)
      position($0, offset: offset, count: count)
    }
  }

  private static func compare(_ bytes: [UInt8], in rule: OpaquePointer) {
    expression("cmp", in: rule) {
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_CMP_SREG), NFT_REG_1.rawValue)
      nftnl_expr_set_u32($0, UInt16(NFTNL_EXPR_CMP_OP), NFT_CMP_EQ.rawValue)
      nftnl_expr_set($0, UInt16(NFTNL_EXPR_CMP_DATA), bytes, UInt32(bytes.count))
    }
  }
}
