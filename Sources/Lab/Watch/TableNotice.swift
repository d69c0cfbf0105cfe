import CNetfilter
import Engine
import LinuxBackend

/// One thing that the kernel announced of the backend's table.
enum TableNotice: Sendable, Hashable {
  case added(WatchedSet, [Element])
  case removed(WatchedSet, [Element])
  case setRemoved(WatchedSet)
  /// Made, or its flags changed: nothing that a filter accepts, but a sign of life.
  case tableAdded
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
