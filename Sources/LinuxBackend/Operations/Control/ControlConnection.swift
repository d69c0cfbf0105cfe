import NIOCore
import Synchronization

/// One client of the control socket: reads a line, answers it, reads the next.
///
/// It reads nothing while it answers. So a client can make the daemon hold at most one read and one answer.
final class ControlConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let answer: ControlAnswer
  private let limits: ControlServer.Limits
  private var waiting = ByteBuffer()
  private var isAnswering = false
  private var hasEnded = false
  private var patience: Scheduled<Void>?

  init(answer: ControlAnswer, limits: ControlServer.Limits) {
    self.answer = answer
    self.limits = limits
  }

  func channelActive(context: ChannelHandlerContext) {
    wait(context)
    context.read()
  }

  func channelInactive(context: ChannelHandlerContext) { patience?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var bytes = unwrapInboundIn(data)
    waiting.writeBuffer(&bytes)
  }

  func channelReadComplete(context: ChannelHandlerContext) { proceed(context) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // Scripts close their sending side and then wait for the answer.
    if case ChannelEvent.inputClosed = event {
      hasEnded = true
      proceed(context)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  /// Answers the next whole line, or reads on.
  private func proceed(_ context: ChannelHandlerContext) {
    guard !isAnswering else { return }
    if let line = nextLine() {
      if line.isEmpty { return proceed(context) }
      patience?.cancel()
      isAnswering = true
      let answer = answer
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      context.eventLoop.makeFutureWithTask { await answer.reply(to: line) }.whenSuccess { reply in
        let (connection, context) = bound.value
        connection.write(reply, context)
      }
    } else if waiting.readableBytes >= limits.line {
      hasEnded = true
      waiting.clear()
      write(ControlReply(error: "the request is longer than \(limits.line) bytes"), context)
    } else if hasEnded {
      context.close(promise: nil)
    } else {
      context.read()
    }
  }

  private func write(_ reply: ControlReply, _ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    isAnswering = true
    var bytes = context.channel.allocator.buffer(bytes: ControlJSON.line(reply))
    bytes.writeInteger(UInt8(ascii: "\n"))
    wait(context)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(bytes)).whenSuccess {
      let (connection, context) = bound.value
      connection.isAnswering = false
      connection.wait(context)
      connection.proceed(context)
    }
  }

  /// The bytes up to the end of the next line; at the end of the input, the rest. `nil` if no line is complete.
  private func nextLine() -> [UInt8]? {
    if let end = waiting.readableBytesView.prefix(limits.line).firstIndex(of: UInt8(ascii: "\n")) {
      let line = waiting.readBytes(length: end - waiting.readerIndex)
      waiting.moveReaderIndex(forwardBy: 1)
      waiting.discardReadBytes()
      return line
    }
    guard hasEnded, waiting.readableBytes > 0, waiting.readableBytes < limits.line else { return nil }
    return waiting.readBytes(length: waiting.readableBytes)
  }

  /// Closes the connection unless something happens within the client's time.
  private func wait(_ context: ChannelHandlerContext) {
    patience?.cancel()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    patience = context.eventLoop.scheduleTask(in: limits.patience) { bound.value.close(promise: nil) }
  }
}

/// Counts the connected clients, up to a limit.
final class ClientCount: Sendable {
  private let count = Mutex(0)
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  /// Counts one more client. Returns false if there is no room.
  func enter() -> Bool {
    count.withLock { count in
      if count >= limit { return false }
      count += 1
      return true
    }
  }

  func leave() { count.withLock { $0 -= 1 } }
}
