import Engine
import FarmFile
import Glibc

/// The data that a node needs to open its sockets on one network.
///
/// A socket is tied to the interface, marked as network control, and joined to the group if there is one.
struct HeartbeatEndpoint: Sendable {
  var node: NodeID
  var network: NetworkID
  var networkName: String
  var interface: String
  var address: IPAddress
  var port: UInt16
  var delivery: HeartbeatDelivery
  /// The other nodes' addresses, by node id; `nil` for this one.
  var peers: [IPAddress?]

  /// The address by which one datagram reaches every node; `nil` if each node gets a datagram of its own.
  var everyone: IPAddress? {
    switch delivery {
    // The segment's broadcast address, whatever the interface's prefix, so that a wrong netmask makes no node deaf.
    case .broadcast: IPAddress(v4: 0xffff_ffff)
    case .multicast(let group): group
    case .unicast: nil
    }
  }

  init(_ linux: LinuxSettings, node: NodeID, network: NetworkID, name: String) {
    let place = linux.attachments[node.index][network.index]
    self.network = network
    networkName = name
    interface = place.interface
    address = place.address
    port = linux.port
    delivery = linux.delivery[network.index]
    peers = []
    self.node = node
    replacePeers(linux.attachments)
  }

  /// Takes over nodes that were added or removed.
  mutating func replacePeers(_ attachments: [[NodeAttachment]]) {
    peers = attachments.enumerated().map { i, places in
      i == node.index ? nil : places[network.index].address
    }
  }

  /// The kernel's index of the interface.
  /// - Throws: if there is no interface of that name.
  func interfaceIndex() throws(HeartbeatError) -> UInt32 {
    let index = if_nametoindex(interface)
    if index == 0 { throw error(.interface) }
    return index
  }

  /// Opens a socket that is tied to the interface.
  /// - Parameter local: the address that it is bound to: the node's own, or the one that reaches everyone. The socket
  ///   hears only datagrams for that address.
  func open(boundTo local: IPAddress, index: UInt32) throws(HeartbeatError) -> Int32 {
    let family = local.isIPv4 ? AF_INET : AF_INET6
    let descriptor = socket(
      family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    if descriptor < 0 { throw error(.option("a socket")) }
    do throws(HeartbeatError) {
      // The kernel would bind it all the same, and the node would be deaf.
      if local == address, let holder = address.otherHolder(than: interface) {
        throw error(.elsewhere(holder))
      }
      try configure(descriptor, index: index)
      let bound = local.withSocketAddress(port: port, scope: index) { bind(descriptor, $0, $1) }
      if bound != 0 { throw error(.bind) }
      if local.isMulticast { try join(local, descriptor, index: index) }
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private func configure(_ descriptor: Int32, index: UInt32) throws(HeartbeatError) {
    let bound = interface.withCString {
      setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, $0, socklen_t(interface.utf8.count))
    }
    if bound != 0 { throw error(.option("SO_BINDTODEVICE")) }
    // Room for datagrams that come while the daemon stands still; above the system's limit only with the privilege.
    var room = Int32(1 << 20)
    if setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, 4) != 0 {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, 4)
    }
    // Class selector 6, network control: a busy switch drops other traffic first.
    let networkControl: Int32 = 0xc0
    if address.isIPv4 {
      try set(descriptor, SOL_SOCKET, SO_BROADCAST, 1, "SO_BROADCAST")
      try set(descriptor, Int32(IPPROTO_IP), IP_TOS, networkControl, "IP_TOS")
      try set(descriptor, Int32(IPPROTO_IP), IP_MULTICAST_LOOP, 0, "IP_MULTICAST_LOOP")
      var request = ip_mreqn()
      request.imr_ifindex = Int32(index)
      if setsockopt(
        descriptor, Int32(IPPROTO_IP), IP_MULTICAST_IF, &request, socklen_t(MemoryLayout<ip_mreqn>.size)) != 0
      {
        throw error(.option("IP_MULTICAST_IF"))
      }
    } else {
      let level = Int32(IPPROTO_IPV6)
      try set(descriptor, level, IPV6_V6ONLY, 1, "IPV6_V6ONLY")
      try set(descriptor, level, IPV6_TCLASS, networkControl, "IPV6_TCLASS")
      try set(descriptor, level, IPV6_MULTICAST_LOOP, 0, "IPV6_MULTICAST_LOOP")
      try set(descriptor, level, IPV6_MULTICAST_IF, Int32(index), "IPV6_MULTICAST_IF")
    }
  }

  private func join(_ group: IPAddress, _ descriptor: Int32, index: UInt32) throws(HeartbeatError) {
    var request = group_req()
    request.gr_interface = index
    group.withSocketAddress(port: 0, scope: index) { address, length in
      withUnsafeMutableBytes(of: &request.gr_group) {
        $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(length)))
      }
    }
    let level = group.isIPv4 ? Int32(IPPROTO_IP) : Int32(IPPROTO_IPV6)
    let length = socklen_t(MemoryLayout<group_req>.size)
    if setsockopt(descriptor, level, MCAST_JOIN_GROUP, &request, length) != 0 {
      throw error(.option("MCAST_JOIN_GROUP"))
    }
  }

  private func set(
    _ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32, _ name: String
  ) throws(HeartbeatError) {
    var value = value
    if setsockopt(descriptor, level, option, &value, 4) != 0 { throw error(.option(name)) }
  }

  func error(_ step: HeartbeatError.Step) -> HeartbeatError {
    HeartbeatError(
      network: networkName, interface: interface, address: address.text, port: port, step: step, errno: errno)
  }
}
