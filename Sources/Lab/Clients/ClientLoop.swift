import CLinux
import Engine
import FarmFile
import Glibc
import LinuxBackend
import Sim

/// The real clients of one trial: connections and requests of the streams, and probes, on one thread.
///
/// The scripts make all random choices, so that a trial's clients are those of the simulator. The kernel repeats SYNs
/// and segments by itself, and gives up after ``Sim/Traffic/patience``.
final class ClientLoop {
  let poller: Poller
  var scripts: [ClientScript]
  /// When the trial's time was 0, by `CLOCK_MONOTONIC`.
  let origin: UInt64
  /// When the trial ends, in its own time.
  let end: UInt64
  var now: UInt64 = 0

  var connections: [Int32: ClientConnection] = [:]
  var requests: [Int32: ClientRequest] = [:]
  var timers = TimerHeap<Timer>()
  var events: [ClientEvent] = []
  var probes: [ProbeRecord] = []
  var probing: ProbePlan?
  /// Connections that were open at the end.
  var openAtEnd: [(node: NodeID?, since: UInt64)] = []
  /// The bytes of a segment, as many as one can have.
  var buffer = [UInt8](repeating: 0x2e, count: 65536)
  /// By stream: since when each client's attempts have failed.
  var failing: [[UInt32: UInt64]]

  enum Timer {
    /// A socket needs attention. The number tells it from an earlier socket with the same descriptor.
    case socket(Int32, UInt64)
    case reconnect(stream: Int, ClientScript.Connection, firstNode: NodeID?, hasMoved: Bool)
    case probe
  }

  /// How many sockets have been opened: a number that tells them apart.
  var opened: UInt64 = 0

  init(
    _ scenario: Scenario, seed: UInt64, trial: Int, origin: Instant, probing: ProbePlan?
  ) throws(LabError) {
    poller = try Poller()
    scripts = scenario.traffic.indices.map {
      ClientScript(scenario, stream: $0, seed: seed, trial: trial)
    }
    self.origin = origin.nanoseconds
    end = UInt64(scenario.run.duration.nanoseconds)
    failing = Array(repeating: [:], count: scripts.count)
    self.probing = probing
    if probing != nil { timers.insert(at: 0, .probe) }
    LabSocket.allowMany()
  }

  /// Plays until the trial's end, or until `isStopped` is true.
  func run(isStopped: () -> Bool) {
    while true {
      now = clock
      if now >= end || isStopped() { break }
      playTimers()
      playArrivals()
      let next = min(timers.next ?? .max, scripts.map(\.nextArrival).min() ?? .max, end)
      let wait = next > now ? Int32(min(20, (next - now) / 1_000_000)) : 0
      poller.wait(milliseconds: wait) { socket, ready in
        now = clock
        if connections[socket] != nil {
          connectionIsReady(socket, ready)
        } else if requests[socket] != nil {
          answerArrived(socket)
        }
      }
    }
    leave()
  }

  /// Ends the trial: clients without an answer have failed until now, and all connections are closed.
  private func leave() {
    for (socket, connection) in connections {
      if connection.isOpen { openAtEnd.append((connection.node, connection.stood)) }
      if connection.node == nil {
        if connection.isOpen { note(.opened(nil)) }
        if connection.hasFailed(at: now) {
          fail(connection.stream, connection.script.client, since: connection.began)
        }
      }
      LabSocket.closeHard(socket)
    }
    for socket in requests.keys { close(socket) }
    for clients in failing { for since in clients.values { note(.outage(since: since)) } }
  }

  private var clock: UInt64 {
    let time = MonotonicClock.now.nanoseconds
    return time > origin ? time - origin : 0
  }

  func note(_ kind: ClientEvent.Kind) { events.append(ClientEvent(at: now, kind: kind)) }

  private func playTimers() {
    while let timer = timers.pop(until: now) {
      switch timer {
      case .socket(let socket, let number):
        if connections[socket]?.number == number {
          connectionIsDue(socket)
        } else if requests[socket]?.number == number {
          requestIsDue(socket)
        }
      case .reconnect(let stream, let script, let first, let hasMoved):
        connect(stream, script, firstNode: first, hasMoved: hasMoved)
      case .probe:
        probe()
      }
    }
  }

  private func playArrivals() {
    for stream in scripts.indices {
      while scripts[stream].nextArrival <= now {
        let connection = scripts[stream].arrive()
        if scripts[stream].isTCP {
          connect(stream, connection, firstNode: nil, hasMoved: false)
        } else {
          request(stream, connection)
        }
      }
    }
  }

  /// A socket for a client. If the drawn port is taken, one of the next 15 is used.
  func socket(_ transport: Transport, for address: IPAddress, port: UInt16) -> Int32? {
    for offset in 0..<UInt16(16) {
      let candidate = 49152 | (port &+ offset) & 0x3fff
      if let socket = LabSocket.bound(transport, to: address, port: candidate) { return socket }
      guard errno == EADDRINUSE else { break }
    }
    note(.notPlayed)
    return nil
  }

  /// Notes that a client's attempt of that time was not answered.
  func fail(_ stream: Int, _ client: UInt32, since: UInt64) {
    failing[stream][client] = min(failing[stream][client] ?? .max, since)
  }

  /// Notes that a client was answered. `since`: when its first failed attempt began; `nil` if none failed.
  func comeThrough(_ stream: Int, _ client: UInt32, since: UInt64?) {
    let earlier = failing[stream].removeValue(forKey: client)
    if let first = [earlier, since].compactMap({ $0 }).min() { note(.outage(since: first)) }
  }
}
