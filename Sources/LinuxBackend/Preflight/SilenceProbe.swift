import CNetfilter
import Engine
import FarmFile
import Glibc

/// Finds out why a node is not heard: whether its machine is there, whether it refuses the port, and whether its
/// datagrams reach the interface but get no further.
///
/// Its datagrams to the port are empty, so they are no heartbeats, and go only to silent nodes.
final class SilenceProbe {
  private final class Line {
    let link: RouteSocket.Link
    let address: IPAddress
    let interface: String
    let neighbours: FrameSocket
    let wire: FrameSocket
    /// Sockets connected to the nodes' ports, by node id; -1 where there is none.
    var ports: [Int32] = []

    init(_ place: NodeAttachment, port: UInt16) throws(NetlinkSocket.Refusal) {
      link = try RouteSocket().link(place.interface)
      (address, interface) = (place.address, place.interface)
      let isIPv4 = place.address.isIPv4
      neighbours = try FrameSocket(interface: link, type: isIPv4 ? .arp : .ipv6)
      wire = try FrameSocket(interface: link, type: isIPv4 ? .ipv4 : .ipv6)
      // Lets through UDP to the port, in a packet without options.
      try wire.attach([
        PacketProgram.byte(isIPv4 ? 23 : 20), PacketProgram.isEqual(17, skipIfNot: 3),
        PacketProgram.half(isIPv4 ? 36 : 56), PacketProgram.isEqual(UInt32(port), skipIfNot: 1),
        PacketProgram.pass, PacketProgram.drop,
      ])
    }

    deinit { for file in ports where file >= 0 { close(file) } }
  }

  private let setup: DriverSetup
  private var lines: [Line] = []
  /// By network and node id.
  private(set) var signs: [[SegmentTally.Sign]] = []

  init(_ setup: DriverSetup) throws(NetlinkSocket.Refusal) {
    self.setup = setup
    for place in setup.linux.attachments[setup.node.index] {
      let line = try Line(place, port: setup.linux.port)
      let network = lines.count
      line.ports = setup.linux.attachments.enumerated().map { node, places in
        node == setup.node.index ? -1 : open(line, to: places[network].address)
      }
      lines.append(line)
    }
    signs = lines.map { _ in setup.farm.nodes.map { _ in SegmentTally.Sign() } }
  }

  /// Probes the machines of silent nodes.
  /// - Parameter isSilent: whether a node is silent on a network.
  func ask(_ isSilent: (NetworkID, NodeID) -> Bool) {
    for (network, line) in lines.enumerated() {
      for node in setup.farm.nodes.indices
      where node != setup.node.index && isSilent(NetworkID(network), NodeID(node)) {
        let address = setup.linux.attachments[node][network].address
        let question = NeighbourQuestion(address: address)
        line.neighbours.send(question.payload(from: line.link.mac), to: question.destination)
        guard line.ports[node] >= 0 else { continue }
        // An error here is about an earlier datagram.
        _ = send(line.ports[node], "", 0, 0)
        signs[network][node].asked += 1
      }
    }
  }

  private func open(_ line: Line, to address: IPAddress) -> Int32 {
    let file = socket(
      address.isIPv4 ? AF_INET : AF_INET6,
      Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    line.interface.withCString {
      _ = setsockopt(file, SOL_SOCKET, SO_BINDTODEVICE, $0, socklen_t(line.interface.utf8.count))
    }
    let isReady =
      line.address.withSocketAddress(port: 0, scope: line.link.index) { bind(file, $0, $1) } == 0
      && address.withSocketAddress(port: setup.linux.port, scope: line.link.index) { connect(file, $0, $1) }
        == 0
    if isReady { return file }
    if file >= 0 { close(file) }
    return -1
  }

  /// Counts a datagram that came to the socket, whatever it was.
  /// - Parameter source: its sender's address.
  func noteArrival(from source: IPAddress, on network: Int) {
    guard let node = setup.linux.attachments.firstIndex(where: { $0[network].address == source }) else {
      return
    }
    signs[network][node].arrived += 1
  }

  /// Takes the frames and answers that have come meanwhile.
  func listen() {
    for (network, line) in lines.enumerated() {
      let addresses = setup.linux.attachments.map { $0[network].address }
      // A flood must not keep this node from sending.
      for _ in 0..<200 {
        guard let frame = line.wire.receive() else { break }
        let source = Array(
          frame.payload.dropFirst(line.address.isIPv4 ? 12 : 8).prefix(line.address.isIPv4 ? 4 : 16))
        guard let node = IPAddress(bytes: source).flatMap(addresses.firstIndex) else { continue }
        signs[network][node].onWire += 1
      }
      for _ in 0..<200 {
        guard let frame = line.neighbours.receive() else { break }
        guard let claim = NeighbourClaim(frame.payload, type: line.neighbours.type),
          let node = addresses.firstIndex(of: claim.address)
        else { continue }
        signs[network][node].answersNeighbours = true
      }
      for (node, file) in line.ports.enumerated() where file >= 0 {
        var byte: UInt8 = 0
        while recv(file, &byte, 1, 0) < 0 {
          if errno == EAGAIN { break }
          if errno == ECONNREFUSED { signs[network][node].refuses = true }
          if [EHOSTUNREACH, ENETUNREACH, EACCES, EPERM].contains(errno) {
            signs[network][node].isUnreachable = true
          }
        }
      }
    }
  }
}
