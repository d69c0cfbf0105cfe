import Engine
import FarmFile
import Glibc
import NIOCore
import NIOPosix

/// A node's heartbeats on all of its networks. Confined to one event loop.
///
/// Each network has a ``HeartbeatLink``; ``repair()`` opens one again whose interface was lost or made anew. A datagram
/// passes the ``DatagramGate`` before anybody sees it: a heartbeat goes to ``onDatagram``, a note to ``onNote``. Every
/// datagram that this node makes gets the trailer of its key; a relayed one keeps its origin's.
final class HeartbeatSockets {
  private let loop: any EventLoop
  private var endpoints: [HeartbeatEndpoint]
  private var links: [HeartbeatLink?]
  /// By network id: whether the link is being opened, and why the last attempt failed.
  private var isOpening: [Bool]
  private var failures: [HeartbeatError?]
  /// Counts of links that are closed by now.
  private var oldCounts = (sent: 0, failed: 0)
  private var gate: DatagramGate
  /// Reused for every heartbeat that is sent.
  private var sealed: [UInt8] = []

  /// Gets every authentic heartbeat.
  var onDatagram: ((Datagram) -> Void)?
  /// Gets the node from whose address a heartbeat came that no key explains.
  var onUnauthenticated: ((NodeID) -> Void)? {
    get { gate.onUnauthenticated }
    set { gate.onUnauthenticated = newValue }
  }
  /// Gets every authentic note.
  var onNote: ((NodeNote, NetworkID) -> Void)?
  /// Gets the length of every authentic heartbeat, before its content, with the node that sent it here: a relay for a
  /// relayed one.
  var onLength: ((Int, NodeID, NetworkID) -> Void)?
  /// Gets a node that begins to use another of the keys, with the key's fingerprint.
  var onKey: ((NodeID, String) -> Void)? {
    get { gate.onKey }
    set { gate.onKey = newValue }
  }
  /// Called when a network is lost, with the reason, and when it is back, with `nil`.
  var onLink: ((NetworkID, HeartbeatError?) -> Void)?

  /// How many datagrams one system call reads; below, how many such calls may follow each other before timers get their
  /// turn.
  private static let vectorCount = 32
  private static let readsInARow = 4
  /// More datagrams than the kernel keeps for one socket: each takes at least 768 bytes of 2 MiB.
  private static let mostWaiting = 4096

  init(loop: any EventLoop, farm: Farm, linux: LinuxSettings, node: NodeID, authenticator: Authenticator) {
    self.loop = loop
    endpoints = farm.networks.enumerated().map { i, name in
      HeartbeatEndpoint(linux, node: node, network: NetworkID(i), name: name)
    }
    links = endpoints.map { _ in nil }
    isOpening = endpoints.map { _ in false }
    failures = endpoints.map { _ in nil }
    gate = DatagramGate(
      farmID: farm.settings.farmID, attachments: linux.attachments, networkCount: farm.networks.count,
      authenticator: authenticator)
    sealed.reserveCapacity(DatagramGate.maximumBytes)
  }

  var counters: DatagramCounters {
    var all = gate.counters
    (all.sent, all.sendFailed) = oldCounts
    for case let link? in links {
      all.sent += link.counters.sent
      all.sendFailed += link.counters.failed
    }
    return all
  }

  /// Takes over other keys, and nodes that were added or removed, from the next datagram on.
  /// - Precondition: the networks are the same.
  func replace(_ authenticator: Authenticator, linux: LinuxSettings) {
    gate.authenticator = authenticator
    gate.know(linux.attachments)
    for i in endpoints.indices {
      endpoints[i].replacePeers(linux.attachments)
      links[i]?.endpoint = endpoints[i]
    }
  }

  /// Recognises heartbeats of this farm.
  var authenticator: Authenticator { gate.authenticator }

  /// The fingerprints of the keys in use.
  var keys: (own: UInt32, previous: UInt32) { gate.authenticator.fingerprints }

  /// Opens the sockets of every network.
  /// - Returns: fails with the first ``HeartbeatError``.
  func open() -> EventLoopFuture<Void> {
    .andAllSucceed(endpoints.map { open($0) }, on: loop)
  }

  /// Opens lost sockets again, as when an interface was made anew. Call it now and then.
  func repair() {
    for endpoint in endpoints where !isOpening[endpoint.network.index] {
      let i = endpoint.network.index
      if links[i]?.isSound == true { continue }
      drop(i)
      open(endpoint).assumeIsolated().whenComplete { [self] result in
        switch result {
        case .success:
          if failures[i] != nil { onLink?(endpoint.network, nil) }
          failures[i] = nil
        case .failure(let error as HeartbeatError):
          if failures[i] != error { onLink?(endpoint.network, error) }
          failures[i] = error
        case .failure: break
        }
      }
    }
  }

  func close() { for i in links.indices { drop(i) } }

  /// Sends a heartbeat. Adds this node's trailer, unless the heartbeat is relayed and has its origin's.
  func send(_ transmission: Transmission) {
    sealed.removeAll(keepingCapacity: true)
    sealed.append(contentsOf: transmission.bytes)
    if !transmission.isRelayed { gate.authenticator.seal(&sealed) }
    for case let link? in links where transmission.networks.contains(link.endpoint.network) {
      link.send(sealed, to: transmission.to)
    }
  }

  /// Sends a note, with this node's trailer, to everyone on every network.
  func send(_ bytes: [UInt8]) {
    send(
      Transmission(bytes: bytes, to: nil, networks: NetworkSet(first: endpoints.count), isRelayed: false))
  }

  /// Takes everything that waits in the sockets, even if the loop had no time for them for long, so that no node is
  /// judged silent before. It reads at most as much as the buffers hold, so that a flood does not keep the loop.
  func readWaiting() {
    for i in links.indices {
      for _ in 0..<HeartbeatSockets.mostWaiting {
        guard let next = links[i]?.takeWaiting() else { break }
        next.bytes.withUnsafeBytes { receive($0, from: next.source, on: NetworkID(i)) }
      }
    }
  }

  func receive(_ bytes: UnsafeRawBufferPointer, from source: IPAddress?, on network: NetworkID) {
    if NodeNote.begins(bytes) {
      if let note = gate.admitNote(bytes, from: source, on: network) { onNote?(note, network) }
      return
    }
    guard let node = gate.admit(bytes, from: source, on: network) else { return }
    onLength?(bytes.count, node, network)
    onDatagram?(Datagram(bytes: Array(bytes), from: node, network: network))
  }

  private func drop(_ i: Int) {
    guard let link = links[i] else { return }
    oldCounts.sent += link.counters.sent
    oldCounts.failed += link.counters.failed
    link.close()
    links[i] = nil
  }

  private func open(_ endpoint: HeartbeatEndpoint) -> EventLoopFuture<Void> {
    let i = endpoint.network.index
    do {
      let index = try endpoint.interfaceIndex()
      let own = try endpoint.open(boundTo: endpoint.address, index: index)
      var descriptors = [own]
      if let everyone = endpoint.everyone {
        do {
          descriptors.append(try endpoint.open(boundTo: everyone, index: index))
        } catch {
          Glibc.close(own)
          throw error
        }
      }
      let seconds = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 0) }
      isOpening[i] = true
      let channels = EventLoopFuture.whenAllSucceed(
        descriptors.map { channel($0, endpoint.network) }, on: loop)
      let bound = NIOLoopBound(self, eventLoop: loop)
      return channels.map { channels in
        let sockets = bound.value
        sockets.isOpening[i] = false
        let link = HeartbeatLink(endpoint: endpoint, interfaceIndex: index, channels: channels)
        for second in seconds { link.take(second) }
        sockets.links[i] = link
      }
    } catch {
      return loop.makeFailedFuture(error)
    }
  }

  private func channel(_ descriptor: Int32, _ network: NetworkID) -> EventLoopFuture<any Channel> {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let room = HeartbeatSockets.vectorCount * HeartbeatLink.room
    return DatagramBootstrap(group: loop)
      .channelOption(.datagramVectorReadMessageCount, value: HeartbeatSockets.vectorCount)
      .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: room))
      .channelOption(.maxMessagesPerRead, value: UInt(HeartbeatSockets.readsInARow))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            HeartbeatHandler(network: network, sockets: bound.value))
        }
      }
      .withBoundSocket(descriptor)
  }
}

/// Passes the datagrams of a socket to the sockets' owner.
final class HeartbeatHandler: ChannelInboundHandler {
  typealias InboundIn = AddressedEnvelope<ByteBuffer>

  private let network: NetworkID
  private unowned let sockets: HeartbeatSockets

  init(network: NetworkID, sockets: HeartbeatSockets) {
    self.network = network
    self.sockets = sockets
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let envelope = unwrapInboundIn(data)
    let source = IPAddress(envelope.remoteAddress)
    envelope.data.withUnsafeReadableBytes { sockets.receive($0, from: source, on: network) }
  }

  /// A datagram that cannot be read is lost.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
