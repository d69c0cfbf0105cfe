import Engine
import Glibc
import LinuxBackend
import Sim

/// A connection of a client, from its SYN to its end.
struct ClientConnection {
  var stream: Int
  var script: ClientScript.Connection
  var number: UInt64
  /// When the client began to connect.
  var began: UInt64
  /// When it was established; 0 before.
  var stood: UInt64 = 0
  var node: NodeID?
  /// Bytes of the current segment that have not come back, and when it was sent.
  var unanswered = 0
  var sent: UInt64 = 0
  /// Bytes that the kernel has not accepted yet.
  var unsent = 0
  var hasClosed = false
  var firstNode: NodeID?
  var hasMoved: Bool

  var isOpen: Bool { stood > 0 }

  /// Whether its first SYN failed: the kernel repeats a SYN after a second, so that a longer wait means a repeat.
  func hasFailed(at now: UInt64) -> Bool { now - began >= 900_000_000 }

  /// The earliest time after which Linux repeats a segment (`TCP_RTO_MIN`).
  static let earliestRepetition: UInt64 = 200_000_000
}

/// A connection's life: SYN, greeting, segments that the server echoes, and an end. The kernel repeats SYNs and
/// segments by itself. The loop only reacts to readiness (`connectionIsReady`) and to timers (`connectionIsDue`).
extension ClientLoop {
  private static let patience = UInt64(Traffic.patience.nanoseconds)

  func connect(
    _ stream: Int, _ script: ClientScript.Connection, firstNode: NodeID?, hasMoved: Bool
  ) {
    guard let socket = socket(.tcp, for: script.address, port: script.port) else { return }
    let model = scripts[stream].model
    LabSocket.set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    LabSocket.set(socket, Int32(IPPROTO_TCP), TCP_SYNCNT, Int32(model.flow.retries.count))
    opened += 1
    connections[socket] = ClientConnection(
      stream: stream, script: script, number: opened, began: now, firstNode: firstNode, hasMoved: hasMoved)
    let code = model.virtualIP.withSocketAddress(port: model.port) { Glibc.connect(socket, $0, $1) }
    if code < 0 && errno != EINPROGRESS {
      // The same connection is still being closed, so that its ports are not free.
      connections[socket] = nil
      close(socket)
      return note(.notPlayed)
    }
    poller.add(socket, [.write])
    let patience = model.flow.retries.reduce(UInt64(0)) { $0 + UInt64($1.nanoseconds) }
    timers.insert(at: now + patience, .socket(socket, opened))
  }

  func connectionIsReady(_ socket: Int32, _ ready: Poller.Readiness) {
    guard let connection = connections[socket] else { return }
    if connection.isOpen { return isOpenAndReady(socket, ready) }
    let code = LabSocket.error(of: socket)
    if code == 0 && !ready.contains(.error) { return stand(socket) }
    switch code {
    case ECONNREFUSED: note(.connectRefused)
    case ECONNRESET: note(.connectReset(since: now))
    default: note(.connectFailed)
    }
    fail(connection.stream, connection.script.client, since: connection.began)
    over(socket)
  }

  /// Called when the connection is established. It sends the first segment at once.
  private func stand(_ socket: Int32) {
    guard var connection = connections[socket] else { return }
    LabSocket.set(
      socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(Traffic.patience.nanoseconds / 1_000_000))
    connection.stood = max(1, now)
    connections[socket] = connection
    poller.change(socket, .read)
    sendSegment(socket)
  }

  /// Called when the next segment or the end is due, or the client's patience may be over.
  func connectionIsDue(_ socket: Int32) {
    guard let connection = connections[socket] else { return }
    if !connection.isOpen {
      note(.connectFailed)
      fail(connection.stream, connection.script.client, since: connection.began)
      return over(socket)
    }
    if connection.unanswered > 0, now >= connection.sent + Self.patience {
      // The node's kernel accepts what the client sends, but no application reads it.
      note(.broken(connection.node, since: connection.stood), of: connection)
      return over(socket)
    }
    if now >= connection.stood + connection.script.duration {
      if connection.unanswered == 0 && !connection.hasClosed { finish(socket) }
    } else if connection.unanswered == 0 {
      sendSegment(socket)
    }
  }

  private func sendSegment(_ socket: Int32) {
    guard let connection = connections[socket] else { return }
    let bytes = scripts[connection.stream].model.flow.segmentBytes
    connections[socket]!.unanswered = bytes
    connections[socket]!.sent = now
    connections[socket]!.unsent = bytes
    timers.insert(at: now + Self.patience, .socket(socket, connection.number))
    push(socket)
  }

  /// Gives the kernel the bytes that it has not accepted yet.
  private func push(_ socket: Int32) {
    while let left = connections[socket]?.unsent, left > 0 {
      let count = buffer.withUnsafeBytes {
        send(socket, $0.baseAddress!, min(left, $0.count), Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return poller.change(socket, [.read, .write]) }
      connections[socket]!.unsent -= count
    }
    poller.change(socket, .read)
  }

  private func isOpenAndReady(_ socket: Int32, _ ready: Poller.Readiness) {
    if ready.contains(.write) { push(socket) }
    while true {
      let count = buffer.withUnsafeMutableBytes { read(socket, $0.baseAddress!, $0.count) }
      if count > 0 {
        take(socket, count)
        continue
      }
      if count < 0 && (errno == EAGAIN || errno == EINTR) { return }
      guard let connection = connections[socket] else { return }
      let (node, since) = (connection.node, connection.stood)
      if count == 0 {
        // The node closes after the client has closed. If it closes before, it has ended the connection by itself.
        note(connection.hasClosed ? .kept(node, since: since) : .reset(node, since: since), of: connection)
      } else if errno == ETIMEDOUT || errno == EHOSTUNREACH {
        note(.broken(node, since: since), of: connection)
      } else if node == nil, now - since < ClientConnection.earliestRepetition {
        note(.connectReset(since: since))
        fail(connection.stream, connection.script.client, since: connection.began)
      } else {
        // Without a greeting the node failed as soon as the connection was established. The node that took over resets
        // what is repeated.
        note(.reset(node, since: since), of: connection)
      }
      return over(socket)
    }
  }

  /// Notes the end of a connection that was established. If it was never greeted, it failed its client.
  private func note(_ end: ClientEvent.Kind, of connection: ClientConnection) {
    if connection.node == nil {
      note(.opened(nil))
      fail(connection.stream, connection.script.client, since: connection.began)
    }
    note(end)
  }

  private func take(_ socket: Int32, _ count: Int) {
    guard var connection = connections[socket] else { return }
    var echoed = count
    if connection.node == nil {
      let node = NodeID(Int(buffer[0]))
      connection.node = node
      echoed -= 1
      note(.opened(node))
      let since = connection.hasFailed(at: now) ? connection.began : nil
      comeThrough(connection.stream, connection.script.client, since: since)
      if let first = connection.firstNode, first != node, !connection.hasMoved {
        connection.hasMoved = true
        note(.sessionMoved)
      }
      connection.firstNode = connection.firstNode ?? node
      buffer[0] = 0x2e
    }
    connection.unanswered = max(0, connection.unanswered - echoed)
    let isAnswered = connection.unanswered == 0 && connection.unsent == 0 && !connection.hasClosed
    if isAnswered {
      let gap = max(1, scripts[connection.stream].gap(of: &connection.script))
      let end = connection.stood + connection.script.duration
      timers.insert(at: min(now + gap, max(end, now + 1)), .socket(socket, connection.number))
    }
    connections[socket] = connection
  }

  /// The client ends the connection, by a reset or in good order.
  private func finish(_ socket: Int32) {
    guard var connection = connections[socket] else { return }
    let endsWithReset = scripts[connection.stream].endsWithReset(&connection.script)
    connection.hasClosed = true
    connections[socket] = connection
    if endsWithReset {
      note(.kept(connection.node, since: connection.stood), of: connection)
      return over(socket)
    }
    shutdown(socket, Int32(SHUT_WR))
  }

  /// Forgets the connection. Its session may continue with another one.
  private func over(_ socket: Int32) {
    guard var connection = connections.removeValue(forKey: socket) else { return }
    LabSocket.closeHard(socket)
    guard let think = scripts[connection.stream].goOn(&connection.script) else { return }
    timers.insert(
      at: now + think,
      .reconnect(
        stream: connection.stream, connection.script, firstNode: connection.firstNode,
        hasMoved: connection.hasMoved))
  }
}
