import FarmFile
import Foundation

/// Asks a daemon over its control socket. Each request has a connection of its own, and the call waits for the answer.
public struct ControlClient: Sendable {
  public let path: String
  /// Longest wait for the daemon to take the request, and again for its answer; in seconds, at least 1.
  public var patience = 5

  /// Longest answer that is accepted, in bytes.
  static let longestReply = 1 << 20

  public init(path: String) { self.path = path }

  /// - Returns: the daemon's reply, which may say that it refuses.
  /// - Throws: ``ControlError/noDaemon(path:reason:)`` or ``ControlError/garbled(path:)``.
  public func ask(_ request: ControlRequest) throws(ControlError) -> ControlReply {
    let descriptor: Int32
    switch UnixSocket.connected(to: path) {
    case .success(let connected): descriptor = connected
    case .failure(let reason): throw noDaemon(reason.code)
    }
    defer { close(descriptor) }
    var time = timeval(tv_sec: patience, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    try send(request.line + [UInt8(ascii: "\n")], to: descriptor)
    let line = try receive(from: descriptor)
    guard let reply = try? ControlJSON.read(ControlReply.self, from: line), reply.ok || reply.error != nil
    else {
      throw .garbled(path: path)
    }
    return reply
  }

  private func send(_ bytes: [UInt8], to descriptor: Int32) throws(ControlError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, UnixSocket.noSignal)
      }
      if sent > 0 { rest = rest.dropFirst(sent) } else if sent < 0, errno != EINTR { throw noDaemon(errno) }
    }
  }

  /// Everything up to the end of the first line.
  private func receive(from descriptor: Int32) throws(ControlError) -> [UInt8] {
    var line: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 16_384)
    while line.count < Self.longestReply {
      let count = recv(descriptor, &piece, piece.count, 0)
      if count < 0 {
        if errno == EINTR { continue }
        throw noDaemon(errno)
      }
      if count == 0 { throw .noDaemon(path: path, reason: "it closed the connection without an answer") }
      if let end = piece[..<count].firstIndex(of: UInt8(ascii: "\n")) { return line + piece[..<end] }
      line += piece[..<count]
    }
    throw .garbled(path: path)
  }

  private func noDaemon(_ code: Int32) -> ControlError {
    let reason =
      switch code {
      case ENOENT: "there is no such socket; is farmd running?"
      case ECONNREFUSED: "the socket is there, but no farmd listens"
      case EACCES, EPERM: "permission denied: only the daemon's own user may ask it"
      case EAGAIN: "no answer within \(patience) s"
      default: SystemReason(code).text
      }
    return .noDaemon(path: path, reason: reason)
  }
}
