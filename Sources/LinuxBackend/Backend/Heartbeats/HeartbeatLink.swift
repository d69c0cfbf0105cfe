import Engine
import Glibc
import NIOCore
import NIOPosix

/// A node's sockets on one network. One is bound to the node's own address; it sends, and hears what is sent to the
/// node alone. Where one datagram reaches everyone, a second one is bound to that address and only hears.
///
/// SwiftNIO reads. Sending goes to the kernel directly, since a channel closes itself when an interface that is down
/// refuses a datagram; a refused heartbeat must count only as a lost one. Confined to one event loop.
final class HeartbeatLink {
  var endpoint: HeartbeatEndpoint
  private(set) var counters = (sent: 0, failed: 0)
  /// Bytes for one datagram: more than any node sends, so that a longer one is recognised as wrong.
  static let room = 2048
  /// The interface's index when the sockets were tied to it. If the index has changed, they hear nothing any more.
  private(set) var interfaceIndex: UInt32
  /// The sockets, the sending one first; with channels, duplicates of their descriptors.
  private(set) var descriptors: [Int32] = []
  private var channels: [any Channel]

  /// A link without sockets.
  /// - Parameter channels: read its sockets, if SwiftNIO does.
  init(endpoint: HeartbeatEndpoint, interfaceIndex: UInt32, channels: [any Channel] = []) {
    self.endpoint = endpoint
    self.interfaceIndex = interfaceIndex
    self.channels = channels
  }

  /// Takes over an open socket and closes it with the link. The first one sends.
  func take(_ descriptor: Int32) { descriptors.append(descriptor) }

  deinit { closeDescriptors() }

  /// Whether the sockets are still open and tied to the interface.
  var isSound: Bool {
    !descriptors.isEmpty && channels.allSatisfy(\.isActive)
      && if_nametoindex(endpoint.interface) == interfaceIndex
  }

  func close() {
    closeDescriptors()
    for channel in channels { channel.close(promise: nil) }
    channels = []
  }

  private func closeDescriptors() {
    for descriptor in descriptors { Glibc.close(descriptor) }
    descriptors = []
  }

  /// Takes the next datagram that waits in the kernel, before SwiftNIO does; `nil` if there is none.
  func takeWaiting() -> (bytes: [UInt8], source: IPAddress?)? {
    for descriptor in descriptors {
      var source = sockaddr_storage()
      var count = 0
      let bytes = [UInt8](unsafeUninitializedCapacity: HeartbeatLink.room) { buffer, filled in
        withUnsafeMutablePointer(to: &source) {
          $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
            count = recvfrom(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT), $0, &size)
          }
        }
        filled = max(0, count)
      }
      if count >= 0 { return (bytes, IPAddress(source)) }
    }
    return nil
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
    guard let speaker = descriptors.first else { return }
    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
    let sent = address.withSocketAddress(port: endpoint.port, scope: interfaceIndex) { target, length in
      bytes.withUnsafeBytes { sendto(speaker, $0.baseAddress, $0.count, flags, target, length) }
    }
    if sent == bytes.count { counters.sent += 1 } else { counters.failed += 1 }
  }
}
