import Engine
import Glibc
import NIOCore
import NIOPosix

/// A node's sockets on one network: one bound to its own address, which speaks and hears what is sent to it alone,
/// and, where one datagram reaches everyone, one bound to that address, which only hears.
///
/// SwiftNIO reads. Sending goes to the kernel directly, since a channel closes itself when an interface that is
/// down refuses a datagram, and a heartbeat that was refused is only a lost one. Confined to one event loop.
final class HeartbeatLink {
  var endpoint: HeartbeatEndpoint
  private(set) var counters = (sent: 0, failed: 0)
  /// The interface's index when the sockets were tied to it; another one means that they hear nothing any more.
  private(set) var interfaceIndex: UInt32
  private var speaker: Int32
  private var channels: [any Channel] = []

  /// Takes over sockets that are open.
  init(endpoint: HeartbeatEndpoint, interfaceIndex: UInt32, speaker: Int32, channels: [any Channel]) {
    self.endpoint = endpoint
    self.interfaceIndex = interfaceIndex
    self.speaker = speaker
    self.channels = channels
  }

  deinit { if speaker >= 0 { Glibc.close(speaker) } }

  /// Whether the sockets still are what they were opened as.
  var isSound: Bool {
    speaker >= 0 && channels.allSatisfy(\.isActive) && if_nametoindex(endpoint.interface) == interfaceIndex
  }

  func close() {
    if speaker >= 0 { Glibc.close(speaker) }
    speaker = -1
    for channel in channels { channel.close(promise: nil) }
    channels = []
  }

  /// Sends a datagram to one node, or to everyone but this one.
  func send(_ bytes: [UInt8], to node: NodeID?) {
    if let node {
      guard node.index < endpoint.peers.count, let address = endpoint.peers[node.index] else { return }
      send(bytes, to: address)
    } else if let everyone = endpoint.everyone {
      send(bytes, to: everyone)
    } else {
      for case let address? in endpoint.peers { send(bytes, to: address) }
    }
  }

  private func send(_ bytes: [UInt8], to address: IPAddress) {
    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    let sent = address.withSocketAddress(port: endpoint.port, scope: interfaceIndex) { target, length in
      bytes.withUnsafeBytes { sendto(speaker, $0.baseAddress, $0.count, flags, target, length) }
    }
    if sent == bytes.count { counters.sent += 1 } else { counters.failed += 1 }
  }
}
