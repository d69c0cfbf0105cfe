import CNetfilter
import FarmFile
import Glibc

/// One netlink socket of the network namespace of the thread that opens it, used from one thread at a time.
///
/// It sends requests and reads their whole answers, and it reads what multicast groups send. A refusal of the kernel is
/// thrown as its `errno`. Messages that were lost show as an overrun.
package final class NetlinkSocket {
  /// The kernel's refusal, as `errno`.
  package struct Refusal: Error, CustomStringConvertible {
    package var code: Int32
    package var reason: String { SystemReason(code).text }
    package var description: String { reason }
  }

  /// The result of one read of what multicast groups sent.
  package enum Reading {
    /// Messages were handed over.
    case messages
    /// Nothing waits.
    case nothing
    /// Messages came faster than they were read, and the kernel dropped some.
    case overrun
  }

  /// The library's socket, closed exactly once wherever the initialiser fails.
  private struct Handle: ~Copyable {
    let socket: OpaquePointer
    deinit { mnl_socket_close(socket) }
  }

  private let handle: Handle
  private var sequence: UInt32 = 0
  /// Large enough: the kernel sends at most 32 KiB at once, also of a dump.
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  /// - Parameters:
  ///   - bus: `NETLINK_ROUTE` or `NETLINK_NETFILTER`.
  ///   - groups: the multicast groups to hear, as a mask.
  ///   - room: how many bytes of messages may wait before the kernel drops some; `nil` for the system's default.
  package init(bus: Int32, groups: UInt32 = 0, room: Int32? = nil) throws(Refusal) {
    guard let socket = mnl_socket_open2(bus, Int32(SOCK_CLOEXEC.rawValue)) else { throw Refusal(code: errno) }
    handle = Handle(socket: socket)
    // Without the privilege the system's own limit has to do.
    if var room {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, socklen_t(MemoryLayout<Int32>.size))
    }
    guard mnl_socket_bind(socket, groups, 0) == 0 else { throw Refusal(code: errno) }
  }

  private var socket: OpaquePointer { handle.socket }

  /// Readable when a multicast group has sent something.
  package var descriptor: Int32 { mnl_socket_get_fd(socket) }

  package typealias Message = UnsafeMutablePointer<nlmsghdr>

  /// Sends one request and reads all of its answer.
  /// - Parameters:
  ///   - flags: besides `NLM_F_REQUEST`; without `NLM_F_DUMP` the kernel is asked to confirm.
  ///   - fill: writes the header of the family and the attributes, at most 4 KiB.
  ///   - each: sees every message of the answer.
  /// - Returns: whether the dump shows one state. If something changed while it was read, it may mix two.
  @discardableResult
  func request(type: Int32, flags: Int32, fill: (Message) -> Void, each: (Message) -> Void = { _ in })
    throws(Refusal) -> Bool
  {
    sequence &+= 1
    let expected = sequence
    var request = [UInt8](repeating: 0, count: 4096)
    let sent = request.withUnsafeMutableBytes { bytes in
      let message = mnl_nlmsg_put_header(bytes.baseAddress)!
      message.pointee.nlmsg_type = UInt16(type)
      message.pointee.nlmsg_flags = UInt16(
        NLM_F_REQUEST | (flags & NLM_F_DUMP == NLM_F_DUMP ? 0 : NLM_F_ACK) | flags)
      message.pointee.nlmsg_seq = expected
      fill(message)
      return mnl_socket_sendto(socket, message, Int(message.pointee.nlmsg_len))
    }
    guard sent >= 0 else { throw Refusal(code: errno) }
    return try receiveAnswer(expected, each: each)
  }

  /// Sends messages that are ready and waits until the kernel has confirmed the one with this sequence number.
  func send(_ messages: [UInt8], confirmedBy sequence: UInt32) throws(Refusal) {
    let sent = messages.withUnsafeBytes { mnl_socket_sendto(socket, $0.baseAddress, $0.count) }
    guard sent >= 0 else { throw Refusal(code: errno) }
    _ = try receiveAnswer(sequence) { _ in }
  }

  private func receiveAnswer(_ sequence: UInt32, each: (Message) -> Void) throws(Refusal) -> Bool {
    var isWhole = true
    while true {
      let count = receive(flags: 0)
      guard count >= 0 else {
        if errno == EINTR { continue }
        throw Refusal(code: errno)
      }
      var end: Refusal?
      var isDone = false
      forEachMessage(count) { message in
        guard message.pointee.nlmsg_seq == sequence else { return }
        if message.pointee.nlmsg_flags & UInt16(NLM_F_DUMP_INTR) != 0 { isWhole = false }
        switch Int32(message.pointee.nlmsg_type) {
        case NLMSG_ERROR:
          let code = mnl_nlmsg_get_payload(message).load(as: Int32.self)
          if code != 0 { end = Refusal(code: -code) }
          isDone = true
        case NLMSG_DONE: isDone = true
        default: each(message)
        }
      }
      if let end { throw end }
      if isDone { return isWhole }
    }
  }

  /// Reads one batch at most of what multicast groups have sent, without waiting.
  package func read(_ each: (Message) -> Void) -> Reading {
    while true {
      let count = receive(flags: Int32(MSG_DONTWAIT))
      if count >= 0 {
        forEachMessage(count, each)
        return .messages
      }
      if errno != EINTR { return errno == ENOBUFS ? .overrun : .nothing }
    }
  }

  /// Reads everything that multicast groups have sent, without waiting.
  /// - Returns: whether messages were lost because they came too fast.
  func drain(each: (Message) -> Void) -> Bool {
    var hasLost = false
    while true {
      switch read(each) {
      case .messages: continue
      case .overrun: hasLost = true
      case .nothing: return hasLost
      }
    }
  }

  private func receive(flags: Int32) -> Int {
    buffer.withUnsafeMutableBytes { recv(mnl_socket_get_fd(socket), $0.baseAddress, $0.count, flags) }
  }

  private func forEachMessage(_ count: Int, _ body: (Message) -> Void) {
    buffer.withUnsafeMutableBytes { bytes in
      var left = Int32(count)
      var message = bytes.baseAddress!.assumingMemoryBound(to: nlmsghdr.self)
      while mnl_nlmsg_ok(message, left) {
        body(message)
        message = mnl_nlmsg_next(message, &left)
      }
    }
  }
}

extension UnsafeMutablePointer<nlmsghdr> {
  /// Appends the fixed header of the message's family.
  func put<Header: BitwiseCopyable>(_ header: Header) {
    mnl_nlmsg_put_extra_header(self, MemoryLayout<Header>.size)
      .initializeMemory(as: Header.self, repeating: header, count: 1)
  }

  func put(_ type: Int, _ bytes: [UInt8]) { mnl_attr_put(self, UInt16(type), bytes.count, bytes) }

  /// Appends a text, with the zero at its end.
  func put(_ type: Int, _ text: String) { mnl_attr_put_strz(self, UInt16(type), text) }

  /// The fixed header; `nil` in a message too short for it.
  package func header<Header: BitwiseCopyable>(_: Header.Type) -> Header? {
    guard mnl_nlmsg_get_payload_len(self) >= MemoryLayout<Header>.size else { return nil }
    return mnl_nlmsg_get_payload(self).loadUnaligned(as: Header.self)
  }

  /// The bytes of one attribute behind a fixed header of this type.
  package func attribute<Header>(_ wanted: Int, after _: Header.Type) -> [UInt8]? {
    guard mnl_nlmsg_get_payload_len(self) >= MemoryLayout<Header>.size else { return nil }
    var attribute = mnl_nlmsg_get_payload_offset(self, MemoryLayout<Header>.size)!
      .assumingMemoryBound(to: nlattr.self)
    let end = mnl_nlmsg_get_payload_tail(self)!
    while mnl_attr_ok(attribute, Int32(end - UnsafeMutableRawPointer(attribute))) {
      if Int(mnl_attr_get_type(attribute)) == wanted {
        let length = Int(mnl_attr_get_payload_len(attribute))
        return Array(UnsafeRawBufferPointer(start: mnl_attr_get_payload(attribute), count: length))
      }
      attribute = mnl_attr_next(attribute)
    }
    return nil
  }
}
