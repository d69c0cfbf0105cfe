import Foundation

@testable import LinuxBackend

/// A client of a Unix socket that sends and reads any bytes, whatever the protocol says.
final class RawClient {
  private let descriptor: Int32

  /// - Parameter patience: the longest wait of a read, in milliseconds.
  init?(_ path: String, patience: Int = 3000) {
    guard case .success(let descriptor) = UnixSocket.connected(to: path) else { return nil }
    self.descriptor = descriptor
    var time = timeval(tv_sec: patience / 1000, tv_usec: patience % 1000 * 1000)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// Sends as much as the kernel takes at once: waiting would block a thread of the pool.
  func send(_ bytes: [UInt8]) {
    _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
  }

  /// Closes the sending side, as a script does after its last request.
  func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The next line; `nil` at the end of the connection, or if none comes in time.
  func line() async -> String? {
    let descriptor = descriptor
    return await offPool {
      var bytes: [UInt8] = []
      var byte: UInt8 = 0
      while recv(descriptor, &byte, 1, 0) == 1 {
        if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
        bytes.append(byte)
      }
      return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
  }

  /// Whether the other side closes in time, after whatever it still sends.
  func isClosed() async -> Bool {
    let descriptor = descriptor
    return await offPool {
      var piece = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = recv(descriptor, &piece, piece.count, 0)
        if count == 0 || count < 0 && errno == ECONNRESET { return true }
        if count < 0 { return false }
      }
    }
  }
}

/// Runs blocking work on a thread of its own: the server under test answers from the pool that tests run on.
func offPool<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
  await withCheckedContinuation { continuation in
    Thread { continuation.resume(returning: body()) }.start()
  }
}

extension ControlClient {
  /// Asks without blocking a thread of the pool.
  func asked(_ request: ControlRequest) async throws -> ControlReply {
    let client = self
    return try await offPool { Result { try client.ask(request) } }.get()
  }
}
