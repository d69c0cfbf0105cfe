import CNetfilter
import Engine
import LinuxBackend

/// One announcement of the kernel about the backend's table.
enum TableNotice: Sendable, Hashable {
  case added(WatchedSet, [Element])
  case removed(WatchedSet, [Element])
  case setRemoved(WatchedSet)
  /// The table was created, or its flags changed. This changes nothing that a filter accepts, but shows that the daemon
  /// acts.
  case tableAdded
  case tableRemoved

  struct Element: Sendable, Hashable {
    /// The first four bytes of the key in the machine's order: in sets of marks, the number of a bucket.
    var key: UInt32
    /// How long it has left to live; `nil` for ever.
    var timeout: Duration?
  }

  /// Decodes a message.
  /// - Parameter table: the name of the backend's table, of family inet. Other tables are ignored.
  /// - Returns: `nil` for a message that does not concern what a filter accepts.
  init?(_ message: NetlinkSocket.Message, table: String) {
    guard message.pointee.nlmsg_type >> 8 == NetfilterNumbers.nftables,
      message.header(nfgenmsg.self)?.nfgen_family == NetfilterNumbers.internetFamily
    else { return nil }
    func text(_ attribute: UInt32) -> String? {
      message.attribute(Int(attribute), after: nfgenmsg.self).map {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
    }
    let kind = UInt32(message.pointee.nlmsg_type & 0xff)
    switch kind {
    case NFT_MSG_NEWSETELEM.rawValue, NFT_MSG_DELSETELEM.rawValue:
      guard text(NFTA_SET_ELEM_LIST_TABLE.rawValue) == table,
        let set = text(NFTA_SET_ELEM_LIST_SET.rawValue).flatMap({ WatchedSet($0) }),
        let elements = NftablesKernel.elements(in: message)?.map({ Element($0) })
      else { return nil }
      self = kind == NFT_MSG_NEWSETELEM.rawValue ? .added(set, elements) : .removed(set, elements)
    case NFT_MSG_DELSET.rawValue:
      guard text(NFTA_SET_TABLE.rawValue) == table,
        let set = text(NFTA_SET_NAME.rawValue).flatMap({ WatchedSet($0) })
      else { return nil }
      self = .setRemoved(set)
    case NFT_MSG_NEWTABLE.rawValue, NFT_MSG_DELTABLE.rawValue:
      guard text(NFTA_TABLE_NAME.rawValue) == table else { return nil }
      self = kind == NFT_MSG_NEWTABLE.rawValue ? .tableAdded : .tableRemoved
    default: return nil
    }
  }
}

extension TableNotice.Element {
  init(_ element: NftablesKernel.Element) {
    key = element.key
    timeout = element.expiresIn.map { .milliseconds(Int(clamping: min($0, 1 << 40))) }
  }
}
