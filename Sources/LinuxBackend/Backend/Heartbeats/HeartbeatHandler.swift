import Engine
import NIOCore

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
