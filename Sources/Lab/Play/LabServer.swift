import CLinux
import Engine
import FarmFile
import Glibc

/// The application of a lab's node: it says which node it is, and then sends back what it gets.
///
/// A TCP connection is greeted with the node's number as one byte, after which everything is echoed. A datagram is
/// answered with that byte before its own bytes. It listens on the virtual IPs before the node has them.
public final class LabServer {
  private let poller: Poller
  private let number: UInt8
  private var listeners: Set<Int32> = []
  private var datagramSockets: Set<Int32> = []
  /// What could not be sent back yet, by connection.
  private var waiting: [Int32: ArraySlice<UInt8>] = [:]
  private var buffer = [UInt8](repeating: 0, count: 65536)

  /// - Parameter node: below 64.
  public init(
    node: NodeID, endpoints: [(transport: Transport, address: IPAddress, port: UInt16)]
  ) throws(LabError) {
    number = UInt8(node.rawValue)
    poller = try Poller()
    LabSocket.allowMany()
    for endpoint in endpoints {
      guard let socket = LabSocket.bound(endpoint.transport, to: endpoint.address, port: endpoint.port) else {
        throw .system("cannot listen on \(endpoint.address.text) port \(endpoint.port)")
      }
      if endpoint.transport == .tcp {
        guard listen(socket, 4096) == 0 else { throw .system("cannot listen on port \(endpoint.port)") }
        listeners.insert(socket)
      } else {
        datagramSockets.insert(socket)
      }
      poller.add(socket, .read)
    }
  }

  /// Serves until the process ends.
  public func run() -> Never {
    while true {
      poller.wait(milliseconds: -1) { socket, ready in
        if listeners.contains(socket) {
          accept(socket)
        } else if datagramSockets.contains(socket) {
          answer(socket)
        } else {
          echo(socket, ready)
        }
      }
    }
  }

  private func accept(_ listener: Int32) {
    while true {
      let socket = Glibc.accept(listener, nil, nil)
      guard socket >= 0 else { return }
      _ = fcntl(socket, F_SETFL, O_NONBLOCK)
      LabSocket.set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
      var greeting = number
      _ = send(socket, &greeting, 1, Int32(MSG_NOSIGNAL))
      poller.add(socket, .read)
    }
  }

  private func answer(_ socket: Int32) {
    var sender = sockaddr_storage()
    while true {
      var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
      withUnsafeMutablePointer(to: &sender) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          let count = buffer.withUnsafeMutableBytes { bytes in
            recvfrom(socket, bytes.baseAddress! + 1, bytes.count - 1, 0, address, &size)
          }
          if count < 0 {
            size = 0
            return
          }
          buffer[0] = number
          _ = buffer.withUnsafeBytes { sendto(socket, $0.baseAddress!, count + 1, 0, address, size) }
        }
      }
      if size == 0 { return }
    }
  }

  private func echo(_ socket: Int32, _ ready: Poller.Readiness) {
    if let rest = waiting[socket] {
      // What came before goes first; more is read once it is gone.
      guard ready.contains(.write) else { return ready.contains(.error) ? end(socket) : () }
      if !put(rest, on: socket) { return }
      poller.change(socket, .read)
    }
    while true {
      let count = read(socket, &buffer, buffer.count)
      if count < 0 { return errno == EAGAIN || errno == EINTR ? () : end(socket) }
      if count == 0 { return end(socket) }
      if !put(buffer[..<count], on: socket) { return }
    }
  }

  /// - Returns: whether all of it was sent and the connection stands.
  private func put(_ bytes: ArraySlice<UInt8>, on socket: Int32) -> Bool {
    let count = bytes.withUnsafeBytes {
      send(socket, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL))
    }
    if count < 0 && errno != EAGAIN {
      end(socket)
      return false
    }
    let rest = bytes.dropFirst(max(0, count))
    waiting[socket] = rest.isEmpty ? nil : rest
    if !rest.isEmpty { poller.change(socket, .write) }
    return rest.isEmpty
  }

  private func end(_ socket: Int32) {
    waiting[socket] = nil
    close(socket)
  }
}
