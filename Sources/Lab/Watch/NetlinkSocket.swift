import CNetfilter
import Glibc

/// A netlink socket of the netfilter subsystems, in the network namespace of the thread that opened it.
///
/// Used from one thread. It stays in its namespace wherever the thread goes later.
final class NetlinkSocket {
  private let socket: OpaquePointer
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)

  /// What came of a look at the socket.
  enum Reading {
    /// Messages were handed over.
    case messages
    /// Nothing waits.
    case nothing
    /// The kernel had more to say than the buffer holds, and dropped some of it.
    case overrun
  }

  /// Room for the notices of many large commits, in bytes.
  static let usualRoom: Int32 = 16 << 20

  /// - Parameters:
  ///   - listens: whether to be told of changes to the rules; otherwise it only asks.
  ///   - room: how many bytes of notices wait before the kernel drops some.
  /// - Throws: why the kernel gives no such socket, in one line.
  init(listens: Bool, room: Int32 = usualRoom) throws(LabError) {
    guard
      let socket = mnl_socket_open2(NETLINK_NETFILTER, Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue))
    else {
      throw LabError(
        "the kernel opens no netlink socket for its packet filter: \(String(cString: strerror(errno)))")
    }
    self.socket = socket
    guard mnl_socket_bind(socket, 0, 0) == 0 else { throw NetlinkSocket.failure("bind") }
    guard listens else { return }
    // Without the privilege what the system allows has to do.
    var room = room
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, socklen_t(MemoryLayout<Int32>.size))
    var group = NetfilterNumbers.noticeGroup
    guard
      mnl_socket_setsockopt(
        socket, Int32(NETLINK_ADD_MEMBERSHIP), &group, socklen_t(MemoryLayout<UInt32>.size)) == 0
    else { throw NetlinkSocket.failure("join the notices of the packet filter") }
  }

  deinit {
    mnl_socket_close(socket)
    buffer.deallocate()
  }

  var descriptor: Int32 { mnl_socket_get_fd(socket) }

  /// Reads what waits, at most one batch, and hands over its messages. Never blocks.
  func read(_ each: (UnsafePointer<nlmsghdr>) -> Void) -> Reading {
    let count = mnl_socket_recvfrom(socket, buffer.baseAddress, buffer.count)
    if count < 0 { return errno == ENOBUFS || errno == ENOSPC ? .overrun : .nothing }
    NetlinkSocket.messages(buffer, count, each)
    return .messages
  }

  /// Asks and waits for the whole answer.
  /// - Parameters:
  ///   - type: one of the nftables messages.
  ///   - isDump: whether a list is asked for, and not one thing.
  ///   - attributes: texts by type.
  /// - Returns: whether the answer is complete: `false` if something changed while the list was read.
  /// - Throws: what the kernel answered instead; a table or set that is not there is an empty answer.
  func ask(
    _ type: UInt32, isDump: Bool, _ attributes: [(NetlinkAttribute, String)],
    _ each: (UnsafePointer<nlmsghdr>) -> Void
  ) throws(LabError) -> Bool {
    var request = [UInt8](repeating: 0, count: 512)
    let sent = request.withUnsafeMutableBytes { bytes -> Int in
      guard let header = mnl_nlmsg_put_header(bytes.baseAddress),
        let extra = mnl_nlmsg_put_extra_header(header, MemoryLayout<nfgenmsg>.size)
      else { return -1 }
      header.pointee.nlmsg_type = NetfilterNumbers.nftables << 8 | UInt16(type)
      header.pointee.nlmsg_flags = UInt16(NLM_F_REQUEST) | UInt16(isDump ? NLM_F_ROOT | NLM_F_MATCH : 0)
      header.pointee.nlmsg_seq = 1
      extra.storeBytes(
        of: nfgenmsg(nfgen_family: NetfilterNumbers.internetFamily, version: 0, res_id: 0), as: nfgenmsg.self)
      for (attribute, text) in attributes { mnl_attr_put_strz(header, attribute.type, text) }
      return mnl_socket_sendto(socket, header, Int(header.pointee.nlmsg_len))
    }
    guard sent > 0 else { throw NetlinkSocket.failure("ask for the rules") }
    var isComplete = true
    while true {
      var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&ready, 1, 2000) > 0 else { throw LabError("the kernel's packet filter does not answer") }
      let count = mnl_socket_recvfrom(socket, buffer.baseAddress, buffer.count)
      guard count >= 0 else {
        if errno == EAGAIN || errno == EINTR { continue }
        throw NetlinkSocket.failure("read the rules")
      }
      var end: Int32?
      NetlinkSocket.messages(buffer, count) { message in
        if message.pointee.nlmsg_flags & UInt16(NLM_F_DUMP_INTR) != 0 { isComplete = false }
        switch Int32(message.pointee.nlmsg_type) {
        case Int32(NLMSG_DONE): end = 0
        case Int32(NLMSG_ERROR):
          end = mnl_nlmsg_get_payload(message).loadUnaligned(as: Int32.self)
        default:
          each(message)
          if !isDump { end = 0 }
        }
      }
      guard let end else { continue }
      if end == 0 || end == -ENOENT { return isComplete }
      // Changed under the dump: the kernel wants it asked again.
      if end == -EINTR || end == -EAGAIN { return false }
      throw LabError("the kernel's packet filter refuses to be read: \(String(cString: strerror(-end)))")
    }
  }

  private static func messages(
    _ buffer: UnsafeMutableRawBufferPointer, _ count: Int, _ each: (UnsafePointer<nlmsghdr>) -> Void
  ) {
    var left = Int32(count)
    guard var message = buffer.baseAddress.map({ UnsafePointer($0.assumingMemoryBound(to: nlmsghdr.self)) })
    else { return }
    while mnl_nlmsg_ok(message, left) {
      each(message)
      guard let next = mnl_nlmsg_next(message, &left) else { return }
      message = UnsafePointer(next)
    }
  }

  private static func failure(_ what: String) -> LabError {
    LabError("a netlink socket of the packet filter cannot \(what): \(String(cString: strerror(errno)))")
  }
}
