import CNetfilter
import Engine
import Glibc

/// The flows that the kernel tracks for the virtual IPs, in the network namespace of the calling thread.
///
/// Reading them means walking everything that the host tracks, including other services' flows: about 1 ms for 1000.
struct FlowTable: Sendable {
  /// A tracked flow from a client to a virtual IP.
  struct Flow {
    var client: IPAddress
    var clientPort: UInt16
    var virtualIP: IPAddress
    var port: UInt16
    var isTCP: Bool
    /// Whether it is a TCP connection that both sides still need: answered, and not yet ended by both.
    var isOpen: Bool
    /// Whether it is a TCP connection whose SYN has been let in but not answered yet.
    var isOpening: Bool
    /// The library's object, valid during the call.
    let object: OpaquePointer
  }

  let virtualIPs: Set<IPAddress>

  init(virtualIPs: [IPAddress]) { self.virtualIPs = Set(virtualIPs) }

  /// Calls `body` with each flow to a virtual IP. Flows that come or go during the walk may be missing.
  func forEach(_ doing: String, _ body: @escaping (Flow) -> Void) throws(FilterError) {
    let visitor = Box { (object: OpaquePointer) in
      if let flow = Flow(object), virtualIPs.contains(flow.virtualIP) { body(flow) }
    }
    guard let handle = nfct_open(UInt8(NFNL_SUBSYS_CTNETLINK), 0) else {
      throw .conntrack(doing: doing, errno: errno)
    }
    defer { nfct_close(handle) }
    nfct_callback_register(
      handle, NFCT_T_ALL,
      { _, object, data in
        Box<(OpaquePointer) -> Void>.at(data).value(object!)
        return Int32(NFCT_CB_CONTINUE)
      }, visitor.pointer)
    for (family, isIPv4) in [(AF_INET, true), (AF_INET6, false)] {
      guard virtualIPs.contains(where: { $0.isIPv4 == isIPv4 }) else { continue }
      var family = UInt32(family)
      let failure = withExtendedLifetime(visitor) {
        nfct_query(handle, NFCT_Q_DUMP, &family) == 0 ? nil : errno
      }
      if let failure { throw .conntrack(doing: doing, errno: failure) }
    }
  }
}

extension FlowTable.Flow {
  fileprivate init?(_ object: OpaquePointer) {
    self.object = object
    switch Int32(nfct_get_attr_u8(object, ATTR_ORIG_L3PROTO)) {
    case AF_INET:
      client = IPAddress(v4: UInt32(bigEndian: nfct_get_attr_u32(object, ATTR_ORIG_IPV4_SRC)))
      virtualIP = IPAddress(v4: UInt32(bigEndian: nfct_get_attr_u32(object, ATTR_ORIG_IPV4_DST)))
    case AF_INET6:
      guard let source = nfct_get_attr(object, ATTR_ORIG_IPV6_SRC),
        let destination = nfct_get_attr(object, ATTR_ORIG_IPV6_DST)
      else { return nil }
      client = IPAddress(bytes: source)
      virtualIP = IPAddress(bytes: destination)
    default: return nil
    }
    clientPort = UInt16(bigEndian: nfct_get_attr_u16(object, ATTR_ORIG_PORT_SRC))
    port = UInt16(bigEndian: nfct_get_attr_u16(object, ATTR_ORIG_PORT_DST))
    isTCP = nfct_get_attr_u8(object, ATTR_ORIG_L4PROTO) == UInt8(IPPROTO_TCP)
    guard isTCP else {
      (isOpen, isOpening) = (false, false)
      return
    }
    let state = UInt32(nfct_get_attr_u8(object, ATTR_TCP_STATE))
    isOpen =
      state >= TCP_CONNTRACK_SYN_RECV.rawValue && state <= TCP_CONNTRACK_LAST_ACK.rawValue
    isOpening = state == TCP_CONNTRACK_SYN_SENT.rawValue
  }
}

extension IPAddress {
  /// An IPv6 address from its 16 bytes in network order.
  fileprivate init(bytes: UnsafeRawPointer) {
    self.init(
      v6: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }
}

/// A value that a C callback fills in through its `void *`.
final class Box<Value> {
  var value: Value
  init(_ value: Value) { self.value = value }

  /// The argument for the callback; valid while the box lives.
  var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static func at(_ pointer: UnsafeMutableRawPointer?) -> Box {
    Unmanaged<Box>.fromOpaque(pointer!).takeUnretainedValue()
  }
}
