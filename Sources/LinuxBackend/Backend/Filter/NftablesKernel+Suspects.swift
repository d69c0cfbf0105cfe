import CNetfilter

extension NftablesKernel {
  /// The place of a rule.
  struct Place: Hashable {
    /// `ip`, `ip6` or `inet`.
    var family: String
    var table: String
    var handle: Int
  }

  /// The rules of all tables that can keep the kernel from tracking a connection, or have it tracked in a zone of its
  /// own, whatever packets they match. It is one walk over the rules in the kernel's own form: no table is translated
  /// to text.
  func trackingSuspects() throws(FilterError) -> Set<Place> {
    var found: Set<Place> = []
    // A change meanwhile causes another notice, and so another walk.
    try ask("read the rules", NFT_MSG_GETRULE, flags: NLM_F_DUMP, family: 0) { _ in
    } each: { message in
      guard let rule = nftnl_rule_alloc() else { return }
      defer { nftnl_rule_free(rule) }
      guard nftnl_rule_nlmsg_parse(message, rule) >= 0,
        let family = Self.families[nftnl_rule_get_u32(rule, UInt16(NFTNL_RULE_FAMILY.rawValue))],
        let table = nftnl_rule_get_str(rule, UInt16(NFTNL_RULE_TABLE.rawValue)),
        let position = nftnl_expr_iter_create(rule)
      else { return }
      defer { nftnl_expr_iter_destroy(position) }
      while let expression = nftnl_expr_iter_next(position) {
        guard Self.isSuspect(expression) else { continue }
        let handle = nftnl_rule_get_u64(rule, UInt16(NFTNL_RULE_HANDLE.rawValue))
        found.insert(Place(family: family, table: String(cString: table), handle: Int(handle)))
      }
    }
    return found
  }

  private static let families: [UInt32: String] = [
    UInt32(NetfilterNumbers.internetFamily): "inet", UInt32(NFPROTO_IPV4): "ip", UInt32(NFPROTO_IPV6): "ip6",
  ]

  private static func isSuspect(_ expression: OpaquePointer) -> Bool {
    guard let name = nftnl_expr_get_str(expression, UInt16(NFTNL_EXPR_NAME)) else { return false }
    switch String(cString: name) {
    case "notrack": return true
    case "ct":
      return nftnl_expr_is_set(expression, UInt16(NFTNL_EXPR_CT_SREG))
        && nftnl_expr_get_u32(expression, UInt16(NFTNL_EXPR_CT_KEY)) == NFT_CT_ZONE.rawValue
    case "target":
      // A target of iptables. It begins with flags, the first of which is "notrack", and a zone.
      // Source: `struct xt_ct_target_info` of Linux `include/uapi/linux/netfilter/xt_CT.h`.
      guard let target = nftnl_expr_get_str(expression, UInt16(NFTNL_EXPR_TG_NAME)) else { return false }
      if String(cString: target) == "NOTRACK" { return true }
      var length: UInt32 = 0
      guard String(cString: target) == "CT",
        let bytes = nftnl_expr_get(expression, UInt16(NFTNL_EXPR_TG_INFO), &length), length >= 4
      else { return false }
      let flags = bytes.loadUnaligned(as: UInt16.self)
      return flags & 1 != 0 || bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self) != 0
    default: return false
    }
  }
}
