import CNetfilter

/// The attributes read here by hand: a name as a text.
struct NetlinkAttribute {
  let type: UInt16

  static let tableName = NetlinkAttribute(type: UInt16(NFTA_TABLE_NAME.rawValue))
  static let setTable = NetlinkAttribute(type: UInt16(NFTA_SET_TABLE.rawValue))
  static let setName = NetlinkAttribute(type: UInt16(NFTA_SET_NAME.rawValue))
  static let elementTable = NetlinkAttribute(type: UInt16(NFTA_SET_ELEM_LIST_TABLE.rawValue))
  static let elementSet = NetlinkAttribute(type: UInt16(NFTA_SET_ELEM_LIST_SET.rawValue))
  static let generation = NetlinkAttribute(type: UInt16(NFTA_GEN_ID.rawValue))

  /// The attribute's text in a message of the netfilter subsystems; `nil` if it is not there.
  func text(in message: UnsafePointer<nlmsghdr>) -> String? {
    find(in: message).map { String(cString: mnl_attr_get_str($0)) }
  }

  /// The attribute's number, sent in network order.
  func number(in message: UnsafePointer<nlmsghdr>) -> UInt32? {
    find(in: message).map { UInt32(bigEndian: mnl_attr_get_u32($0)) }
  }

  private func find(in message: UnsafePointer<nlmsghdr>) -> UnsafePointer<nlattr>? {
    let header = MemoryLayout<nfgenmsg>.size
    guard mnl_nlmsg_get_payload_len(message) >= header,
      let tail = mnl_nlmsg_get_payload_tail(message),
      let first = mnl_nlmsg_get_payload_offset(message, header)
    else { return nil }
    var attribute = UnsafePointer(first.assumingMemoryBound(to: nlattr.self))
    while mnl_attr_ok(attribute, Int32(tail - UnsafeMutableRawPointer(mutating: attribute))) {
      if mnl_attr_get_type(attribute) == type { return attribute }
      guard let next = mnl_attr_next(attribute) else { return nil }
      attribute = UnsafePointer(next)
    }
    return nil
  }

  static func isOfInternetFamily(_ message: UnsafePointer<nlmsghdr>) -> Bool {
    header(message).map { $0.nfgen_family == NetfilterNumbers.internetFamily } ?? false
  }

  /// The low 16 bits of the number of the ruleset's generation that a message belongs to.
  static func generation(of message: UnsafePointer<nlmsghdr>) -> UInt16? {
    header(message).map { UInt16(bigEndian: $0.res_id) }
  }

  private static func header(_ message: UnsafePointer<nlmsghdr>) -> nfgenmsg? {
    guard mnl_nlmsg_get_payload_len(message) >= MemoryLayout<nfgenmsg>.size else { return nil }
    return mnl_nlmsg_get_payload(message).loadUnaligned(as: nfgenmsg.self)
  }
}
