import CNetfilter

/// Says whether somebody else may have changed rules since the last look.
///
/// It listens to the kernel's notices. The filter's own commits, ten or more a second, change set elements in its own
/// table and are ignored.
final class RulesetWatch {
  private let socket: NetlinkSocket
  private let table: String
  /// Whether nobody has looked yet.
  private var isNew = true

  /// The kinds of notices that matter.
  private static let kinds: Set<Int32> = [
    Int32(NFT_MSG_NEWTABLE.rawValue), Int32(NFT_MSG_DELTABLE.rawValue), Int32(NFT_MSG_NEWCHAIN.rawValue),
    Int32(NFT_MSG_DELCHAIN.rawValue), Int32(NFT_MSG_NEWRULE.rawValue), Int32(NFT_MSG_DELRULE.rawValue),
    Int32(NFT_MSG_NEWSETELEM.rawValue), Int32(NFT_MSG_DELSETELEM.rawValue),
  ]

  /// - Parameter table: the filter's own.
  init(table: String) throws(NetlinkSocket.Refusal) {
    socket = try NetlinkSocket(bus: NETLINK_NETFILTER, groups: NetfilterNumbers.noticeGroup)
    self.table = table
  }

  /// Reads all notices that wait.
  /// - Returns: true the first time, if a notice was about another table, or if notices were lost.
  func hasChanged() -> Bool {
    var isRelevant = isNew
    isNew = false
    let own = Array(table.utf8) + [0]
    let hasLost = socket.drain { message in
      guard Self.kinds.contains(Int32(message.pointee.nlmsg_type & 0xff)) else { return }
      // The table's name is the first attribute of all of them.
      if message.attribute(1, after: nfgenmsg.self) != own { isRelevant = true }
    }
    return isRelevant || hasLost
  }
}
