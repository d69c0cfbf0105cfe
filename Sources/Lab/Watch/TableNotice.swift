import CNetfilter
import Engine

/// One thing that the kernel announced of the backend's table.
enum TableNotice: Sendable, Hashable {
  case added(WatchedSet, [Element])
  case removed(WatchedSet, [Element])
  case setRemoved(WatchedSet)
  case tableRemoved

  struct Element: Sendable, Hashable {
    /// The first four bytes of the key as the machine orders them: a bucket's number in sets of marks.
    var key: UInt32
    /// How long it lives from now on; `nil` for ever.
    var timeout: Duration?
  }

  /// Decodes a message.
  /// - Parameter table: the name of the backend's table, family inet; other tables are none of ours.
  /// - Returns: `nil` for anything that says nothing of what a filter accepts.
  init?(_ message: UnsafePointer<nlmsghdr>, table: String) {
    guard message.pointee.nlmsg_type >> 8 == NetfilterNumbers.nftables else { return nil }
    switch UInt32(message.pointee.nlmsg_type & 0xff) {
    case NFT_MSG_NEWSETELEM.rawValue:
      guard let (set, elements) = TableNotice.elements(message, table: table) else { return nil }
      self = .added(set, elements)
    case NFT_MSG_DELSETELEM.rawValue:
      guard let (set, elements) = TableNotice.elements(message, table: table) else { return nil }
      self = .removed(set, elements)
    case NFT_MSG_DELSET.rawValue:
      guard let set = TableNotice.set(message, table: table, NetlinkAttribute.setTable, .setName) else {
        return nil
      }
      self = .setRemoved(set)
    case NFT_MSG_DELTABLE.rawValue:
      guard NetlinkAttribute.isOfInternetFamily(message),
        NetlinkAttribute.tableName.text(in: message) == table
      else { return nil }
      self = .tableRemoved
    default: return nil
    }
  }

  private static func set(
    _ message: UnsafePointer<nlmsghdr>, table: String, _ tableName: NetlinkAttribute,
    _ setName: NetlinkAttribute
  ) -> WatchedSet? {
    guard NetlinkAttribute.isOfInternetFamily(message), tableName.text(in: message) == table else {
      return nil
    }
    return setName.text(in: message).flatMap { WatchedSet($0) }
  }

  private static func elements(
    _ message: UnsafePointer<nlmsghdr>, table: String
  ) -> (WatchedSet, [Element])? {
    guard let watched = set(message, table: table, .elementTable, .elementSet),
      let set = nftnl_set_alloc()
    else { return nil }
    defer { nftnl_set_free(set) }
    guard nftnl_set_elems_nlmsg_parse(message, set) >= 0, let position = nftnl_set_elems_iter_create(set)
    else { return nil }
    defer { nftnl_set_elems_iter_destroy(position) }
    var elements: [Element] = []
    while let element = nftnl_set_elems_iter_next(position) {
      if let decoded = Element(element) { elements.append(decoded) }
    }
    return (watched, elements)
  }
}

extension TableNotice.Element {
  /// - Returns: `nil` for the end of an interval, which is no element of its own.
  init?(_ element: OpaquePointer) {
    let isMarked = nftnl_set_elem_is_set(element, UInt16(NFTNL_SET_ELEM_FLAGS))
    let flags = isMarked ? nftnl_set_elem_get_u32(element, UInt16(NFTNL_SET_ELEM_FLAGS)) : 0
    if flags & UInt32(NFT_SET_ELEM_INTERVAL_END.rawValue) != 0 { return nil }
    var length: UInt32 = 0
    guard let bytes = nftnl_set_elem_get(element, UInt16(NFTNL_SET_ELEM_KEY), &length), length >= 4 else {
      return nil
    }
    key = bytes.loadUnaligned(as: UInt32.self)
    // What is left of it, where the kernel says so; the whole time-out is left out if it is the set's own.
    timeout = [NFTNL_SET_ELEM_EXPIRATION, NFTNL_SET_ELEM_TIMEOUT].lazy.map { UInt16($0) }
      .first { nftnl_set_elem_is_set(element, $0) }
      .map { .milliseconds(Int(clamping: min(nftnl_set_elem_get_u64(element, $0), 1 << 40))) }
  }
}
