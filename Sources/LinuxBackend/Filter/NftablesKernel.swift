import CNetfilter
import Glibc

/// What nftables' text interface is too slow or too coarse for, asked of the kernel by netlink: the generation of
/// the ruleset, and the elements of a set with their time-outs in milliseconds.
///
/// It belongs to the network namespace of the thread that made it and may be used from one thread at a time.
final class NftablesKernel {
  /// An element of one of our sets.
  struct Element: Hashable {
    var key: UInt32
    /// Milliseconds until it goes; `nil` if it stays.
    var expiresIn: UInt64?
  }

  /// `NFNL_SUBSYS_NFTABLES` and `NFPROTO_INET`, which the headers of two libraries hide from each other.
  private static let subsystem: UInt16 = 10
  private static let inet: UInt16 = 1

  private let socket: OpaquePointer
  private var sequence: UInt32 = 0

  init() throws(FilterError) {
    guard let socket = mnl_socket_open(NETLINK_NETFILTER) else {
      throw .netlink(doing: "open a socket", errno: errno)
    }
    guard mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 else {
      let error = errno
      mnl_socket_close(socket)
      throw .netlink(doing: "open a socket", errno: error)
    }
    self.socket = socket
  }

  deinit { mnl_socket_close(socket) }

  /// The generation of the namespace's ruleset: one higher after each transaction, whosever it was. About 5 µs.
  func generation() throws(FilterError) -> UInt32 {
    let found = Box<UInt32>(0)
    try ask(
      "read the ruleset's generation", message: NFT_MSG_GETGEN, flags: 0, into: found, put: { _ in },
      each: { message, data in
        let attribute = UnsafeRawPointer(message!).advanced(
          by: MemoryLayout<nlmsghdr>.size + MemoryLayout<nfgenmsg>.size
        ).assumingMemoryBound(to: nlattr.self)
        if mnl_attr_get_type(attribute) == UInt16(NFTA_GEN_ID.rawValue) {
          Box<UInt32>.at(data).value = UInt32(bigEndian: mnl_attr_get_u32(attribute))
        }
        return MNL_CB_STOP
      })
    return found.value
  }

  /// The elements of a set of an inet table, in no order. The set must be one of numbers.
  func elements(of set: String, in table: String) throws(FilterError) -> [Element] {
    let found = Box<[Element]>([])
    try ask(
      "read set \(set)", message: NFT_MSG_GETSETELEM, flags: NLM_F_DUMP, into: found,
      put: { header in
        let request = nftnl_set_alloc()
        nftnl_set_set_str(request, UInt16(NFTNL_SET_TABLE.rawValue), table)
        nftnl_set_set_str(request, UInt16(NFTNL_SET_NAME.rawValue), set)
        nftnl_set_elems_nlmsg_build_payload(header, request)
        nftnl_set_free(request)
      },
      each: { message, data in
        let set = nftnl_set_alloc()
        defer { nftnl_set_free(set) }
        guard nftnl_set_elems_nlmsg_parse(message, set) == 0 else { return MNL_CB_ERROR }
        _ = nftnl_set_elem_foreach(
          set,
          { element, data in
            Box<[Element]>.at(data).value.append(Element(element!))
            return 0
          }, data)
        return MNL_CB_OK
      })
    return found.value
  }

  private func ask<Found>(
    _ what: String, message: nf_tables_msg_types, flags: Int32, into found: Box<Found>,
    put: (UnsafeMutablePointer<nlmsghdr>) -> Void, each: mnl_cb_t
  ) throws(FilterError) {
    var buffer = [UInt8](repeating: 0, count: 16384)
    sequence &+= 1
    let sequence = self.sequence
    let failure: Int32? = buffer.withUnsafeMutableBytes { bytes in
      let type = Self.subsystem << 8 | UInt16(message.rawValue)
      let header = nftnl_nlmsg_build_hdr(
        bytes.baseAddress, type, Self.inet, UInt16(flags), sequence)!
      put(header)
      guard mnl_socket_sendto(socket, header, Int(header.pointee.nlmsg_len)) > 0 else { return errno }
      while true {
        let received = mnl_socket_recvfrom(socket, bytes.baseAddress, bytes.count)
        guard received > 0 else { return errno }
        let result = mnl_cb_run(
          bytes.baseAddress, received, sequence, mnl_socket_get_portid(socket), each, found.pointer)
        // A dump that another's transaction interrupted says EINTR: what was read may be of two generations.
        guard result >= MNL_CB_STOP else { return errno }
        if result == MNL_CB_STOP { return nil }
      }
    }
    if let failure { throw .netlink(doing: what, errno: failure) }
  }
}

extension NftablesKernel.Element {
  fileprivate init(_ element: OpaquePointer) {
    var length: UInt32 = 0
    let bytes = nftnl_set_elem_get(element, UInt16(NFTNL_SET_ELEM_KEY), &length)
    key = length == 4 ? bytes!.loadUnaligned(as: UInt32.self) : .max
    let expiration = UInt16(NFTNL_SET_ELEM_EXPIRATION)
    if nftnl_set_elem_is_set(element, expiration) {
      expiresIn = nftnl_set_elem_get_u64(element, expiration)
    } else {
      expiresIn = nil
    }
  }
}
