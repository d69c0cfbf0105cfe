import CNetfilter
import Engine
import FarmFile
import Glibc

/// Reads and changes addresses, links and MAC filters of interfaces, by rtnetlink.
///
/// It belongs to the network namespace of the thread that creates it.
final class RouteSocket {
  /// An address as it stands on an interface.
  struct Assigned: Hashable {
    var address: IPAddress
    var prefixLength: UInt8
    /// The interface's number.
    var index: UInt32
    /// The other end's address of a point-to-point link, else the address itself.
    var peer: IPAddress
    var isTentative = false
    /// Whether it has the mark of ``RouteSocket/add(_:to:)``. A kernel before 5.18 keeps no marks.
    var isMarked = false

    /// Whether it has no subnet, as ``RouteSocket/add(_:to:)`` puts it there.
    var isBare: Bool { prefixLength == (address.isIPv4 ? 32 : 128) && peer == address }
  }

  /// The mark that says who added an address, a number that no other program uses. `ip address` shows it as `proto
  /// 0xfa`.
  /// - Source: `IFA_PROTO` of Linux `include/uapi/linux/if_addr.h`, which older headers do not have.
  private static let mark: (attribute: Int, value: UInt8) = (11, 0xfa)

  struct Link: Hashable {
    var index: UInt32
    var mac: MACAddress
    /// Whether the operator has switched it on; ``isRunning`` tells whether it has a carrier.
    var isUp: Bool
    var isRunning: Bool
    var canBroadcast: Bool
    /// The longest IP packet, in bytes.
    var mtu: Int
  }

  private let netlink: NetlinkSocket

  init() throws(NetlinkSocket.Refusal) { netlink = try NetlinkSocket(bus: NETLINK_ROUTE) }

  /// - Throws: `ENODEV` if there is no such interface.
  func link(_ name: String) throws(NetlinkSocket.Refusal) -> Link {
    var found: Link?
    try netlink.request(type: Int32(RTM_GETLINK), flags: 0) { message in
      message.put(ifinfomsg())
      message.put(Int(IFLA_IFNAME), Array(name.utf8) + [0])
    } each: { message in
      guard let header = message.header(ifinfomsg.self) else { return }
      let octets = message.attribute(Int(IFLA_ADDRESS), after: ifinfomsg.self) ?? []
      let flags = header.ifi_flags
      found = Link(
        index: UInt32(header.ifi_index), mac: MACAddress(octets: octets) ?? MACAddress(0),
        isUp: flags & UInt32(IFF_UP) != 0, isRunning: flags & UInt32(IFF_RUNNING) != 0,
        canBroadcast: flags & UInt32(IFF_BROADCAST) != 0,
        mtu: message.attribute(Int(IFLA_MTU), after: ifinfomsg.self).map(Self.number) ?? Limits.frameBytes)
    }
    guard let found else { throw NetlinkSocket.Refusal(code: ENODEV) }
    return found
  }

  /// A number of four bytes, in the machine's byte order.
  private static func number(_ bytes: [UInt8]) -> Int {
    bytes.count == 4 ? bytes.withUnsafeBytes { Int($0.loadUnaligned(as: UInt32.self)) } : 0
  }

  /// The MACs of all interfaces.
  func macs() throws(NetlinkSocket.Refusal) -> Set<MACAddress> {
    var found: Set<MACAddress> = []
    try netlink.request(type: Int32(RTM_GETLINK), flags: NLM_F_DUMP) {
      $0.put(ifinfomsg())
    } each: { message in
      let octets = message.attribute(Int(IFLA_ADDRESS), after: ifinfomsg.self) ?? []
      MACAddress(octets: octets).map { _ = found.insert($0) }
    }
    return found
  }

  /// Every address of one interface, in the kernel's order.
  func addresses(on index: UInt32) throws(NetlinkSocket.Refusal) -> [Assigned] {
    try addresses().filter { $0.index == index }
  }

  /// Every address of every interface, in the kernel's order.
  func addresses() throws(NetlinkSocket.Refusal) -> [Assigned] {
    var found: [Assigned] = []
    try netlink.request(type: Int32(RTM_GETADDR), flags: NLM_F_DUMP) {
      $0.put(ifaddrmsg())
    } each: { message in
      guard let header = message.header(ifaddrmsg.self),
        let bytes = message.attribute(Int(IFA_LOCAL), after: ifaddrmsg.self)
          ?? message.attribute(Int(IFA_ADDRESS), after: ifaddrmsg.self),
        let address = IPAddress(bytes: bytes)
      else { return }
      found.append(
        Assigned(
          address: address, prefixLength: header.ifa_prefixlen, index: header.ifa_index,
          peer: message.attribute(Int(IFA_ADDRESS), after: ifaddrmsg.self).flatMap(IPAddress.init(bytes:))
            ?? address,
          isTentative: header.ifa_flags & UInt8(IFA_F_TENTATIVE) != 0,
          isMarked: message.attribute(Self.mark.attribute, after: ifaddrmsg.self) == [Self.mark.value]))
    }
    return found
  }

  /// Whether the host takes packets for an address as its own. An assigned address makes it so, and so does `ip route
  /// add local`.
  func isLocal(_ address: IPAddress) -> Bool {
    var isLocal = false
    _ = try? netlink.request(type: Int32(RTM_GETROUTE), flags: 0) { message in
      var header = rtmsg()
      header.rtm_family = UInt8(address.isIPv4 ? AF_INET : AF_INET6)
      header.rtm_dst_len = address.isIPv4 ? 32 : 128
      message.put(header)
      message.put(Int(RTA_DST.rawValue), address.bytes)
    } each: { message in
      isLocal = message.header(rtmsg.self)?.rtm_type == UInt8(RTN_LOCAL)
    }
    return isLocal
  }

  /// Adds one address without a subnet of its own: /32, or /128 without duplicate address detection. It has this
  /// program's mark, and the kernel removes it after this many seconds unless it is renewed.
  func add(_ address: IPAddress, to index: UInt32, for seconds: UInt32) throws(NetlinkSocket.Refusal) {
    try put(address, on: index, for: seconds, flags: NLM_F_CREATE | NLM_F_EXCL)
  }

  /// Renews an address that is there. Call it only for those: the kernel would add a missing IPv4 address.
  func renew(_ address: IPAddress, on index: UInt32, for seconds: UInt32) throws(NetlinkSocket.Refusal) {
    try put(address, on: index, for: seconds, flags: NLM_F_REPLACE)
  }

  private func put(
    _ address: IPAddress, on index: UInt32, for seconds: UInt32, flags: Int32
  ) throws(NetlinkSocket.Refusal) {
    try netlink.request(type: Int32(RTM_NEWADDR), flags: flags) { message in
      message.put(Self.header(address, prefixLength: address.isIPv4 ? 32 : 128, index: index))
      message.put(Int(IFA_LOCAL), address.bytes)
      message.put(Int(IFA_ADDRESS), address.bytes)
      message.put(Self.mark.attribute, [Self.mark.value])
      if !address.isIPv4 {
        // The kernel would make a route to the address's own /128, which would outlive an address that expires.
        let flags = UInt32(IFA_F_NODAD | IFA_F_NOPREFIXROUTE)
        message.put(Int(IFA_FLAGS), withUnsafeBytes(of: flags) { Array($0) })
      }
      // An IPv6 address is never preferred, so the host does not pick it for connections of its own.
      let lifetimes = ifa_cacheinfo(
        ifa_prefered: address.isIPv4 ? seconds : 0, ifa_valid: seconds, cstamp: 0, tstamp: 0)
      message.put(Int(IFA_CACHEINFO), withUnsafeBytes(of: lifetimes) { Array($0) })
    }
  }

  func remove(_ assigned: Assigned) throws(NetlinkSocket.Refusal) {
    try netlink.request(type: Int32(RTM_DELADDR), flags: 0) { message in
      message.put(Self.header(assigned.address, prefixLength: assigned.prefixLength, index: assigned.index))
      message.put(Int(IFA_LOCAL), assigned.address.bytes)
      // Without this attribute the kernel ignores the prefix and removes the first such address.
      message.put(Int(IFA_ADDRESS), assigned.peer.bytes)
    }
  }

  private static func header(_ address: IPAddress, prefixLength: UInt8, index: UInt32) -> ifaddrmsg {
    ifaddrmsg(
      ifa_family: UInt8(address.isIPv4 ? AF_INET : AF_INET6), ifa_prefixlen: prefixLength,
      ifa_flags: UInt8(address.isIPv4 ? 0 : IFA_F_NODAD), ifa_scope: 0, ifa_index: index)
  }

  /// Whether the interface's own filter of destination MACs lets this MAC in.
  func accepts(_ mac: MACAddress, on index: UInt32) throws(NetlinkSocket.Refusal) -> Bool {
    var isFound = false
    try netlink.request(type: Int32(RTM_GETNEIGH), flags: NLM_F_DUMP) { message in
      var header = ndmsg()
      header.ndm_family = UInt8(PF_BRIDGE)
      message.put(header)
    } each: { message in
      guard let header = message.header(ndmsg.self), header.ndm_ifindex == Int32(index),
        Int32(header.ndm_flags) & Int32(NTF_SELF) != 0
      else { return }
      isFound = isFound || message.attribute(Int(NDA_LLADDR), after: ndmsg.self) == mac.octets
    }
    return isFound
  }

  /// Adds the MAC to, or takes it from, the interface's own filter of destination MACs.
  func setAccepts(_ mac: MACAddress, on index: UInt32, to accepts: Bool) throws(NetlinkSocket.Refusal) {
    let type = Int32(accepts ? RTM_NEWNEIGH : RTM_DELNEIGH)
    try netlink.request(type: type, flags: accepts ? NLM_F_CREATE | NLM_F_EXCL : 0) { message in
      var header = ndmsg()
      header.ndm_family = UInt8(PF_BRIDGE)
      header.ndm_ifindex = Int32(index)
      header.ndm_state = UInt16(NUD_PERMANENT)
      header.ndm_flags = UInt8(NTF_SELF)
      message.put(header)
      message.put(Int(NDA_LLADDR), mac.octets)
    }
  }
}
