import Engine
import FarmFile
import Glibc

/// Exchanges messages with the same command on the other nodes, for a while, and says which paths between them are
/// open.
///
/// It sends messages that are no heartbeats on the farm's own port, and frames to the shared MAC. It also hears
/// heartbeats of nodes that run already. ``SegmentTally`` counts what is heard and draws the conclusions,
/// ``SilenceProbe`` asks about silent nodes, ``SegmentKeys`` exchanges the keys of files that differ.
public final class SegmentPreflight {
  private let setup: DriverSetup
  private let authenticator: Authenticator
  private var gate: DatagramGate
  private var links: [HeartbeatLink] = []
  private let probe: FrameSocket?
  /// The packet around a probe; `nil` if frames of a type of their own are good enough.
  private let packing: ProbePacket?
  private var tally: SegmentTally
  private let silence: SilenceProbe
  private let rules: DroppingRule?
  private var keys: SegmentKeys
  private var sequence: UInt32 = 0
  /// Bytes of the longest heartbeat of this farm.
  private let longest: Int

  /// The time between two messages, in milliseconds: that of heartbeats in the default profile.
  private static let interval = 100
  /// How long silence is normal; the time between two questions about it; and the time after which silence that is
  /// explained ends the run.
  private static let grace = Duration.seconds(1)
  private static let pause = Duration.seconds(1)
  private static let patience = Duration.seconds(8)

  /// Opens the sockets of every network.
  /// - Throws: why one cannot be opened; then the segment cannot be checked.
  public init(_ setup: DriverSetup) throws {
    self.setup = setup
    keys = SegmentKeys(setup)
    longest = HeartbeatLength.datagram(setup.farm.settings)
    authenticator = try setup.authenticator()
    let (nodes, networks) = (setup.farm.nodes.count, setup.farm.networks.count)
    gate = DatagramGate(
      farmID: setup.farm.settings.farmID, attachments: setup.linux.attachments, networkCount: networks,
      authenticator: authenticator)
    packing = setup.linux.sharedAddress == .multicast ? setup.probePacket : nil
    probe =
      setup.linux.sharedAddress == .none
      ? nil
      : try FrameSocket(
        interface: RouteSocket().link(setup.serviceInterface), type: packing?.type ?? .probe, mac: setup.mac)
    tally = SegmentTally(
      node: setup.node, nodeCount: nodes, networkCount: networks, usesFrames: probe != nil,
      session: .random(in: 1 ... .max))
    silence = try SilenceProbe(setup)
    rules = try? DroppingRule()
    gate.onUnauthenticated = { [unowned self] node in tally.takeUnauthentic(from: node) }
    for (i, name) in setup.farm.networks.enumerated() {
      let endpoint = HeartbeatEndpoint(setup.linux, node: setup.node, network: NetworkID(i), name: name)
      let index = try endpoint.interfaceIndex()
      let link = HeartbeatLink(endpoint: endpoint, interfaceIndex: index)
      for address in [endpoint.address, endpoint.everyone].compactMap({ $0 }) {
        link.take(try endpoint.open(boundTo: address, index: index))
      }
      links.append(link)
    }
  }

  /// Sends and listens until all nodes have heard each other and know it, or the time is over.
  /// - Parameter isCancelled: called ten times a second.
  /// - Returns: one check for each network and direction, and those of key, configuration and clocks.
  public func run(for wait: Duration, isCancelled: () -> Bool = { false }) -> [PreflightCheck] {
    let start = MonotonicClock.now
    let end = start + wait
    var nextQuestion = start + Self.grace
    var farewells = 0
    while MonotonicClock.now < end, farewells < 5, !isCancelled() {
      send()
      if MonotonicClock.now >= nextQuestion {
        silence.ask { !tally.isHeard($1, on: $0.index) }
        nextQuestion = nextQuestion + Self.pause
      }
      let next = MonotonicClock.now + .milliseconds(Self.interval)
      while MonotonicClock.now < next { listen(untilMilliseconds: Self.interval / 10) }
      silence.listen()
      tally.signs = silence.signs
      if tally.isHopeless, MonotonicClock.now > start + Self.patience { break }
      // The others still need to hear that this node is done, so it sends a few more times.
      farewells = tally.isCompleteEverywhere && keys.isComplete ? farewells + 1 : 0
    }
    var names = SegmentTally.Names(
      nodes: setup.farm.nodes, networks: setup.farm.networks, port: setup.linux.port,
      delivery: setup.linux.delivery, sharedAddress: setup.linux.sharedAddress,
      interfaces: setup.linux.attachments[setup.node.index].map(\.interface))
    names.packetBytes = links.map { HeartbeatLength.packet(longest, isIPv4: $0.endpoint.address.isIPv4) }
    for network in links.indices { names.dropping[network] = dropping(on: network) }
    return tally.checks(names, configuration: setup.farm.settings.digest).map(keys.named)
  }

  /// The rule of this machine that drops heartbeats on a network, if some reach the interface but not the socket.
  private func dropping(on network: Int) -> String? {
    let dropped = tally.others.filter {
      !tally.isHeard($0, on: network) && tally.silence(of: $0, on: network) == .droppedHere
    }
    guard let node = dropped.first else { return nil }
    let place = setup.linux.attachments[setup.node.index][network]
    let port = setup.linux.port
    let heartbeats = PacketSort(
      isIPv4: place.address.isIPv4, transport: .udp,
      source: setup.linux.attachments[node.index][network].address, sourcePorts: port...port,
      destinationPorts: port...port, incoming: place.interface, isNew: true)
    if let found = (try? rules?.find(of: heartbeats)) ?? nil { return found.words }
    return HostPreflight.legacyTables.first { $0.hasSuffix(" filter") }.map {
      "look for the rule with '\(HostPreflight.listing($0))'"
    }
  }

  private func send() {
    sequence += 1
    var message = SegmentMessage(
      farmID: setup.farm.settings.farmID, node: setup.node, way: .datagram, session: tally.session,
      sequence: sequence,
      wallMilliseconds: PreflightClock.wallMilliseconds, configuration: setup.farm.settings.digest,
      isComplete: tally.isComplete, sessions: tally.peers.map { $0.session ?? 0 },
      heard: tally.peers.map(\.heard))
    var datagram = message.bytes
    authenticator.seal(&datagram)
    // The datagram is as long as a heartbeat, so that a path too short for heartbeats does not carry it either. The
    // short note shows that there is a path.
    datagram += [UInt8](repeating: 0, count: max(0, longest - datagram.count))
    var short = NodeNote(
      farmID: setup.farm.settings.farmID, node: setup.node, content: .longest(bytes: longest)
    ).bytes
    authenticator.seal(&short)
    for link in links { link.send(datagram, to: nil) }
    // Seldom, and not at first: a machine that refuses the port sends only so many answers a second, and the silence
    // probe needs those to its own questions.
    if sequence > 10, sequence % 5 == 0 { for link in links { link.send(short, to: nil) } }
    message.way = .frame
    var frame = message.bytes
    authenticator.seal(&frame)
    probe?.send(packing?.packet(frame) ?? frame, to: setup.mac)
    for note in keys.next() {
      var bytes = note.bytes
      authenticator.seal(&bytes)
      for link in links { link.send(bytes, to: nil) }
      // A node whose file has another port or other addresses can be reached only by frames.
      probe?.send(packing?.packet(bytes) ?? bytes, to: setup.mac)
    }
  }

  private func listen(untilMilliseconds timeout: Int) {
    let files = links.flatMap(\.descriptors) + (probe.map { [$0.descriptor] } ?? [])
    var waiting = files.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&waiting, nfds_t(waiting.count), Int32(timeout)) > 0 else { return }
    for (network, link) in links.enumerated() { receive(from: link, on: NetworkID(network)) }
    while let frame = probe?.receive() {
      guard frame.destination == setup.mac,
        let content = packing.map({ $0.content(of: frame.payload) }) ?? frame.payload
      else { continue }
      if let message = authentic(content), message.way == .frame {
        tally.take(message, on: nil, wallMilliseconds: PreflightClock.wallMilliseconds)
        keys.note(message.configuration, of: message.node)
      } else if let note = note(content) {
        keys.take(note)
      }
    }
  }

  private func receive(from link: HeartbeatLink, on network: NetworkID) {
    // A flood must not keep this node from sending.
    for _ in 0..<200 {
      guard let (datagram, source) = link.takeWaiting() else { return }
      let bytes = datagram[...]
      source.map { silence.noteArrival(from: $0, on: network.index) }
      if let message = authentic(bytes), message.way == .datagram {
        tally.take(message, on: network, wallMilliseconds: PreflightClock.wallMilliseconds)
        keys.note(message.configuration, of: message.node)
      } else if let note = note(bytes) {
        if case .longest = note.content { tally.takeShort(from: note.node, on: network) }
        keys.take(note)
      } else {
        consider(bytes, from: source, on: network)
      }
    }
  }

  /// Takes a heartbeat of a running node, or a message of this farm that was made with another key.
  private func consider(_ bytes: ArraySlice<UInt8>, from source: IPAddress?, on network: NetworkID) {
    if let node = bytes.withUnsafeBytes({ gate.admit($0, from: source, on: network) }) {
      tally.takeHeartbeat(from: node, on: network)
      if let envelope = bytes.withUnsafeBytes({ HeartbeatEnvelope($0) }), envelope.sender == node.rawValue {
        tally.takeConfiguration(envelope.configuration, of: node)
        keys.note(envelope.configuration, of: node)
      }
    } else if let message = parsed(bytes) {
      tally.takeUnauthentic(from: message.node)
    }
  }

  /// The note, if a holder of the key has made it.
  private func note(_ bytes: ArraySlice<UInt8>) -> NodeNote? {
    guard bytes.withUnsafeBytes(NodeNote.begins), bytes.withUnsafeBytes(authenticator.isAuthentic),
      let note = NodeNote(bytes.dropLast(Authenticator.trailerBytes)),
      note.farmID == setup.farm.settings.farmID, note.node.index < setup.farm.nodes.count
    else { return nil }
    return note
  }

  /// The message, if a holder of the key has made it.
  private func authentic(_ bytes: ArraySlice<UInt8>) -> SegmentMessage? {
    let (nodes, networks) = (setup.farm.nodes.count, setup.farm.networks.count)
    let length = SegmentMessage.length(nodes: nodes, networks: networks) + Authenticator.trailerBytes
    guard bytes.count >= length, bytes.prefix(length).withUnsafeBytes(authenticator.isAuthentic) else {
      return nil
    }
    return parsed(bytes)
  }

  private func parsed(_ bytes: ArraySlice<UInt8>) -> SegmentMessage? {
    SegmentMessage(
      bytes, farmID: setup.farm.settings.farmID, nodes: setup.farm.nodes.count,
      networks: setup.farm.networks.count)
  }
}
