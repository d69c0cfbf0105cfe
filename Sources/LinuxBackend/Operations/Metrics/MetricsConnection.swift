import NIOCore
import NIOHTTP1

/// One client of the metrics port: `GET /metrics` and nothing else, one answer a connection.
final class MetricsConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let text: SharedLook<String>
  private let patience: TimeAmount
  private var head: HTTPRequestHead?
  private var limit: Scheduled<Void>?

  init(text: SharedLook<String>, patience: TimeAmount) {
    self.text = text
    self.patience = patience
  }

  func channelActive(context: ChannelHandlerContext) {
    // One time limit for the whole exchange, however slowly the client sends its request or reads the answer.
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    limit = context.eventLoop.scheduleTask(in: patience) { bound.value.close(promise: nil) }
  }

  func channelInactive(context: ChannelHandlerContext) { limit?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end: answer(context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ context: ChannelHandlerContext) {
    guard let head else { return context.close(promise: nil) }
    guard head.uri == "/metrics" || head.uri.hasPrefix("/metrics?") else {
      return write(.notFound, "the metrics are at /metrics\n", context)
    }
    guard head.method == .GET || head.method == .HEAD else {
      return write(.methodNotAllowed, "only GET is understood\n", context)
    }
    let text = text
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.makeFutureWithTask { try await text.value() }.whenComplete { result in
      let (connection, context) = bound.value
      switch result {
      case .success(let text): connection.write(.ok, text, context)
      case .failure: connection.write(.serviceUnavailable, "the daemon does not say how it stands\n", context)
      }
    }
  }

  private func write(_ status: HTTPResponseStatus, _ text: String, _ context: ChannelHandlerContext) {
    guard context.channel.isActive, let head else { return }
    let type = status == .ok ? MetricsText.contentType : "text/plain; charset=utf-8"
    let headers: HTTPHeaders = [
      "Content-Type": type, "Content-Length": "\(text.utf8.count)", "Connection": "close",
    ]
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
      promise: nil)
    if head.method != .HEAD {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: text)))), promise: nil)
    }
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in bound.value.close(promise: nil) }
  }
}
