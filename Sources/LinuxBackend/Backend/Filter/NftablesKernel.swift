import CNetfilter

/// Asks the kernel, by netlink, for what nftables' text interface tells too slowly or too coarsely: the generation of
/// the ruleset, and the elements of a set with their time-outs in milliseconds.
///
/// It belongs to the network namespace of the thread that made it and may be used from one thread at a time.
package final class NftablesKernel {
  /// An element of one of the filter's sets.
  package struct Element: Hashable {
    package var key: UInt32
    /// Milliseconds until it expires; `nil` if it stays.
    package var expiresIn: UInt64?
  }

  private let socket: NetlinkSocket

  package init() throws(FilterError) {
    do throws(NetlinkSocket.Refusal) {
      socket = try NetlinkSocket(bus: NETLINK_NETFILTER)
    } catch { throw .netlink(doing: "open a socket", errno: error.code) }
  }

  /// The generation of the namespace's ruleset: one higher after each transaction, whoever made it. Takes about 5 µs.
  package func generation() throws(FilterError) -> UInt32 {
    var found: UInt32?
    try ask("read the ruleset's generation", NFT_MSG_GETGEN, flags: 0) { _ in
    } each: { message in
      found =
        message.attribute(Int(NFTA_GEN_ID.rawValue), after: nfgenmsg.self).flatMap { bytes in
          bytes.count == 4 ? bytes.reduce(0) { $0 << 8 | UInt32($1) } : nil
        } ?? found
    }
    guard let found else { throw .netlink(doing: "read the ruleset's generation", errno: ENOMSG) }
    return found
  }

  /// The elements of a set of an inet table, in no order. The elements must be numbers.
  /// - Throws: with `EINTR` if somebody else's transaction came in between: the elements may then be of two
  ///   generations.
  package func elements(of set: String, in table: String) throws(FilterError) -> [Element] {
    var found: [Element] = []
    var isReadable = true
    let isWhole = try ask("read set \(set)", NFT_MSG_GETSETELEM, flags: NLM_F_DUMP) { message in
      message.put(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue), table)
      message.put(Int(NFTA_SET_ELEM_LIST_SET.rawValue), set)
    } each: { message in
      guard let elements = Self.elements(in: message) else {
        isReadable = false
        return
      }
      found += elements
    }
    guard isWhole && isReadable else {
      throw .netlink(doing: "read set \(set)", errno: isWhole ? EBADMSG : EINTR)
    }
    return found
  }

  /// The elements that a message lists, in a dump or as announced when added or removed.
  /// - Returns: `nil` if the message lists none.
  package static func elements(in message: NetlinkSocket.Message) -> [Element]? {
    guard let set = nftnl_set_alloc() else { return nil }
    defer { nftnl_set_free(set) }
    guard nftnl_set_elems_nlmsg_parse(message, set) >= 0, let position = nftnl_set_elems_iter_create(set)
    else { return nil }
    defer { nftnl_set_elems_iter_destroy(position) }
    var elements: [Element] = []
    while let element = nftnl_set_elems_iter_next(position) { elements.append(Element(element)) }
    return elements
  }

  @discardableResult
  func ask(
    _ what: String, _ type: nf_tables_msg_types, flags: Int32,
    family: UInt8 = NetfilterNumbers.internetFamily, fill: (NetlinkSocket.Message) -> Void,
    each: (NetlinkSocket.Message) -> Void
  ) throws(FilterError) -> Bool {
    do throws(NetlinkSocket.Refusal) {
      let type = Int32(NetfilterNumbers.nftables) << 8 | Int32(type.rawValue)
      return try socket.request(type: type, flags: flags) { message in
        message.put(nfgenmsg(nfgen_family: family, version: 0, res_id: 0))
        fill(message)
      } each: {
        each($0)
      }
    } catch { throw .netlink(doing: what, errno: error.code) }
  }
}

extension NftablesKernel.Element {
  fileprivate init(_ element: OpaquePointer) {
    var length: UInt32 = 0
    let bytes = nftnl_set_elem_get(element, UInt16(NFTNL_SET_ELEM_KEY), &length)
    key = length == 4 ? bytes!.loadUnaligned(as: UInt32.self) : .max
    // The time left, if the kernel says it: an announcement has only the whole time-out.
    expiresIn = [NFTNL_SET_ELEM_EXPIRATION, NFTNL_SET_ELEM_TIMEOUT].lazy.map { UInt16($0) }
      .first { nftnl_set_elem_is_set(element, $0) }.map { nftnl_set_elem_get_u64(element, $0) }
  }
}
