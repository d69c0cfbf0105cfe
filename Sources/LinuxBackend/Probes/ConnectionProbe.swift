import Engine
import FarmFile
import NIOCore
import NIOHTTP1
import NIOPosix

/// Probes by a TCP connection: it succeeds if the connection opens, or if a request over it is answered well.
///
/// Confined to its event loop. Ending it closes the connection, whatever its state.
final class ConnectionProbe {
  private let loop: any EventLoop
  private var channel: (any Channel)?
  private var isEnded = false

  init(loop: any EventLoop) { self.loop = loop }

  /// - Parameter request: what is asked; `nil` if opening the connection is enough.
  func run(
    to address: IPAddress, port: UInt16, request: HTTPProbe?, timeout: Duration
  ) -> EventLoopFuture<ProbeOutcome> {
    let answer = loop.makePromise(of: ProbeOutcome.self)
    let bound = NIOLoopBound(self, eventLoop: loop)
    let connected: EventLoopFuture<any Channel>
    do {
      connected = ClientBootstrap(group: loop)
        .connectTimeout(.nanoseconds(timeout.nanoseconds))
        .channelInitializer { channel in
          bound.value.channel = channel
          // The probe was ended before the connection began.
          if bound.value.isEnded { return channel.close() }
          guard let request else { return channel.eventLoop.makeSucceededVoidFuture() }
          return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(HTTPAsker(request, answer: answer))
          }
        }.connect(to: try SocketAddress(ipAddress: address.text, port: Int(port)))
    } catch { return loop.makeSucceededFuture(.failed("\(error)")) }
    connected.whenComplete { result in
      switch result {
      case .failure(let error): answer.succeed(.failed(error))
      case .success: if request == nil { answer.succeed(.ok) }
      }
    }
    let ended = answer.futureResult
    ended.whenComplete { _ in bound.value.end() }
    return ended
  }

  func end() {
    isEnded = true
    channel?.close(promise: nil)
  }
}

extension ProbeOutcome {
  fileprivate static func failed(_ error: any Error) -> ProbeOutcome {
    switch error {
    case ChannelError.connectTimeout: .timedOut
    case let error as NIOConnectionError:
      error.connectionErrors.first.map { ProbeOutcome.failed($0.error) } ?? .failed("\(error)")
    case let error as IOError: .failed(SystemReason(error.errnoCode).text.lowercased())
    default: .failed("\(error)")
    }
  }
}

/// Sends one request and looks at the status of the answer. It does not wait for the body.
private final class HTTPAsker: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let request: HTTPProbe
  private let answer: EventLoopPromise<ProbeOutcome>

  init(_ request: HTTPProbe, answer: EventLoopPromise<ProbeOutcome>) {
    self.request = request
    self.answer = answer
  }

  func channelActive(context: ChannelHandlerContext) {
    let headers: HTTPHeaders = ["Host": request.host, "User-Agent": "farmd", "Connection": "close"]
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: request.path, headers: headers)
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(let head) = unwrapInboundIn(data) else { return }
    let status = Int(head.status.code)
    // 100 Continue and other informational answers come before the final one.
    if status < 200, !request.expected.contains(where: { $0.contains(status) }) { return }
    let isGood = request.expected.contains { $0.contains(status) }
    answer.succeed(isGood ? .ok : .failed("status \(status)"))
  }

  func channelInactive(context: ChannelHandlerContext) {
    answer.succeed(.failed("closed without an answer"))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    answer.succeed(.failed("\(error)"))
    context.close(promise: nil)
  }
}
