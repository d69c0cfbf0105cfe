import Engine
import Glibc
import LinuxBackend
import Sim

/// A datagram that waits for answers.
struct ClientRequest {
  var number: UInt64
  var sent: UInt64
  var answers = NodeSet.empty
  var count = 0
  var purpose: Purpose

  /// Whether an answer is to this question. A node that was cut off may have kept one to an earlier question of the same
  /// client, and sends it when its link is back.
  /// - Parameter answer: the node's number, followed by the question's own bytes. If it is too short for the question's
  ///   number, nothing tells questions apart.
  func isAnswered(by answer: ArraySlice<UInt8>) -> Bool {
    let said = answer.dropFirst().prefix(8)
    return said.count < 8 || said.reduce(0) { $0 << 8 | UInt64($1) } == number
  }

  enum Purpose {
    case stream(Int, client: UInt32, began: UInt64, tries: Int, bytes: Int)
    case probe(GroupID, Bucket)
  }
}

/// Requests and probes: one datagram each, with a number that the server sends back. Answers are collected for a
/// second, so that two of them are noticed.
extension ClientLoop {
  /// How long to wait for answers: as long as a request waits before it is repeated.
  private var wait: UInt64 { 1_000_000_000 }

  /// Sends a request of a stream.
  func request(_ stream: Int, _ script: ClientScript.Connection) {
    let model = scripts[stream].model
    guard let socket = socket(.udp, for: script.address, port: script.port) else { return }
    let connected = model.virtualIP.withSocketAddress(port: model.port) { Glibc.connect(socket, $0, $1) }
    guard connected == 0 else {
      close(socket)
      return note(.notPlayed)
    }
    let bytes = min(max(1, model.flow.segmentBytes), 1400)
    ask(
      socket, bytes,
      .stream(stream, client: script.client, began: now, tries: 0, bytes: bytes))
    poller.add(socket, .read)
  }

  /// Sends a probe to the next bucket.
  func probe() {
    guard let next = probing?.next() else { return }
    timers.insert(at: now + probing!.interval, .probe)
    guard let socket = LabSocket.bound(.udp, to: next.source, port: next.port) else { return }
    let connected = next.virtualIP.withSocketAddress(port: next.destination) { Glibc.connect(socket, $0, $1) }
    guard connected == 0 else {
      close(socket)
      return
    }
    ask(socket, 8, .probe(next.group, next.bucket))
    poller.add(socket, .read)
  }

  private func ask(_ socket: Int32, _ bytes: Int, _ purpose: ClientRequest.Purpose) {
    opened += 1
    // By this number captures tell a question and its answers from others. Servers send it back.
    if bytes >= 8 { withUnsafeBytes(of: opened.bigEndian) { buffer.replaceSubrange(0..<8, with: $0) } }
    requests[socket] = ClientRequest(number: opened, sent: now, purpose: purpose)
    _ = buffer.withUnsafeBytes { send(socket, $0.baseAddress!, bytes, Int32(MSG_NOSIGNAL)) }
    timers.insert(at: now + wait, .socket(socket, opened))
  }

  func answerArrived(_ socket: Int32) {
    while true {
      var answer = [UInt8](repeating: 0, count: 2048)
      let count = recv(socket, &answer, answer.count, 0)
      // A refused port is not an answer: the node accepted the datagram, but no server did.
      guard count > 0 || errno == ECONNREFUSED else { return }
      guard count > 0, var request = requests[socket] else { return }
      guard request.isAnswered(by: answer[..<count]) else { continue }
      request.answers.insert(NodeID(Int(answer[0])))
      request.count += 1
      if request.count == 1, case .stream(let stream, let client, let began, let tries, _) = request.purpose {
        comeThrough(stream, client, since: tries > 0 ? began : nil)
      }
      requests[socket] = request
    }
  }

  /// The time for answers is over.
  func requestIsDue(_ socket: Int32) {
    guard let request = requests.removeValue(forKey: socket) else { return }
    switch request.purpose {
    case .probe(let group, let bucket):
      close(socket)
      probes.append(
        ProbeRecord(
          at: Instant(nanoseconds: origin + request.sent), group: group, bucket: bucket,
          answers: request.answers))
    case .stream(let stream, let client, let began, let tries, let bytes):
      events.append(ClientEvent(at: request.sent, kind: .datagram(answers: request.count)))
      if request.count > 0 {
        close(socket)
      } else if tries < scripts[stream].model.flow.retries.count {
        ask(
          socket, bytes, .stream(stream, client: client, began: began, tries: tries + 1, bytes: bytes))
      } else {
        close(socket)
        note(.requestFailed)
        fail(stream, client, since: began)
      }
    }
  }
}
