import CLinux
import Engine
import FarmFile
import Glibc
import LinuxBackend

/// The application of a lab's node: it tells the node's number, and then sends back what it gets.
///
/// It listens on the virtual IPs even before the node has them. To a check by HTTP it answers with one status. The
/// brake delays all answers.
public final class LabServer {
  let poller: Poller
  let number: UInt8
  private let brake: LabBrake?
  private var listeners: [Int32: LabEndpoint.Service] = [:]
  private var datagramSockets: Set<Int32> = []
  /// Numbers of connections by descriptor. They tell a connection from an earlier one with the same descriptor.
  private var connections: [Int32: UInt64] = [:]
  private var accepted: UInt64 = 0
  /// Unfinished requests by connection: the status for the answer, and the last bytes received.
  private var requests: [Int32: (status: Int, tail: [UInt8])] = [:]
  /// Bytes that could not be sent back yet, by connection.
  private var waiting: [Int32: ArraySlice<UInt8>] = [:]
  /// Answers that are held back.
  private var later = TimerHeap<Answer>()
  private var buffer = [UInt8](repeating: 0, count: 65536)

  private enum Answer {
    case connection(Int32, UInt64, ArraySlice<UInt8>, isLast: Bool)
    case datagram(Int32, [UInt8], sockaddr_storage, socklen_t)
  }

  /// - Parameters:
  ///   - node: a number below 64.
  ///   - brake: says how late it answers; `nil` if it answers at once.
  public init(node: NodeID, endpoints: [LabEndpoint], brake: LabBrake? = nil) throws(LabError) {
    number = UInt8(node.rawValue)
    self.brake = brake
    poller = try Poller()
    LabSocket.allowMany()
    for endpoint in endpoints {
      guard let socket = LabSocket.bound(endpoint.transport, to: endpoint.address, port: endpoint.port) else {
        throw .system("cannot listen on \(endpoint.address.text) port \(endpoint.port)")
      }
      if endpoint.transport == .tcp {
        guard listen(socket, 4096) == 0 else { throw .system("cannot listen on port \(endpoint.port)") }
        listeners[socket] = endpoint.service
      } else {
        datagramSockets.insert(socket)
      }
      poller.add(socket, .read)
    }
  }

  /// Serves until the process ends.
  public func run() -> Never {
    while true {
      let due = later.next.map { next in
        next > clock ? Int32(min(1000, (next - clock + 999_999) / 1_000_000)) : 0
      }
      poller.wait(milliseconds: due ?? -1) { socket, ready in
        if let service = listeners[socket] {
          accept(socket, service)
        } else if datagramSockets.contains(socket) {
          answer(socket)
        } else {
          read(socket, ready)
        }
      }
      let now = clock
      while let answer = later.pop(until: now) { give(answer) }
    }
  }

  private var clock: UInt64 { MonotonicClock.now.nanoseconds }

  /// Sends at once, or as late as the brake says.
  private func send(_ answer: Answer) {
    let delay = brake?.delay ?? 0
    if delay == 0 && later.next == nil { return give(answer) }
    later.insert(at: clock + delay, answer)
  }

  private func give(_ answer: Answer) {
    switch answer {
    case .connection(let socket, let number, let bytes, let isLast):
      guard connections[socket] == number else { return }
      if let rest = waiting[socket] {
        waiting[socket] = rest + bytes
      } else if put(bytes, on: socket), isLast {
        shutdown(socket, Int32(SHUT_WR))
      }
    case .datagram(let socket, let bytes, var sender, let size):
      withUnsafePointer(to: &sender) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = sendto(socket, bytes, bytes.count, 0, $0, size)
        }
      }
    }
  }

  private func accept(_ listener: Int32, _ service: LabEndpoint.Service) {
    while true {
      let socket = Glibc.accept(listener, nil, nil)
      guard socket >= 0 else { return }
      _ = fcntl(socket, F_SETFL, O_NONBLOCK)
      LabSocket.set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
      accepted += 1
      connections[socket] = accepted
      poller.add(socket, .read)
      if case .http(let status) = service {
        requests[socket] = (status, [])
      } else {
        send(.connection(socket, accepted, [number], isLast: false))
      }
    }
  }

  private func answer(_ socket: Int32) {
    while true {
      var sender = sockaddr_storage()
      var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let count = withUnsafeMutablePointer(to: &sender) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          recvfrom(socket, &buffer, buffer.count, 0, address, &size)
        }
      }
      if count < 0 { return }
      send(.datagram(socket, [number] + buffer[..<count], sender, size))
    }
  }

  private func read(_ socket: Int32, _ ready: Poller.Readiness) {
    guard let number = connections[socket] else { return }
    if let rest = waiting[socket] {
      // Earlier bytes are sent first. More is read once they are gone.
      guard ready.contains(.write) else { return ready.contains(.error) ? end(socket) : () }
      if !put(rest, on: socket) { return }
      poller.change(socket, .read)
    }
    while waiting[socket] == nil {
      let count = Glibc.read(socket, &buffer, buffer.count)
      if count < 0 { return errno == EAGAIN || errno == EINTR ? () : end(socket) }
      if count == 0 { return end(socket) }
      if requests[socket] != nil {
        hear(buffer[..<count], on: socket, number)
      } else {
        send(.connection(socket, number, buffer[..<count], isLast: false))
        if connections[socket] != number { return }
      }
    }
  }

  /// A request ends with the empty line behind its head.
  private func hear(_ bytes: ArraySlice<UInt8>, on socket: Int32, _ number: UInt64) {
    guard let request = requests[socket] else { return }
    let heard = request.tail + bytes
    let end: [UInt8] = [13, 10, 13, 10]
    guard heard.indices.contains(where: { heard[$0...].starts(with: end) }) else {
      requests[socket]!.tail = heard.suffix(end.count - 1)
      return
    }
    // Later bytes are ignored.
    requests[socket]!.tail = []
    let text = "HTTP/1.1 \(request.status) Lab\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    send(.connection(socket, number, Array(text.utf8)[...], isLast: true))
  }

  /// - Returns: whether all of it was sent and the connection is still open.
  private func put(_ bytes: ArraySlice<UInt8>, on socket: Int32) -> Bool {
    let count = bytes.withUnsafeBytes {
      Glibc.send(socket, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL))
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
    requests[socket] = nil
    connections[socket] = nil
    close(socket)
  }
}
