import CLinux
import Engine
import FarmFile
import Glibc
import LinuxBackend
import Sim

/// Real clients of one trial: the streams' connections and requests, and the probes, on one thread.
///
/// Everything random comes from the scripts, so a trial's clients are the simulator's. What the kernel does by itself is
/// left to it: it repeats SYNs and segments, and gives up after ``Sim/Traffic/patience``.
final class ClientLoop {
  let poller: Poller
  var scripts: [ClientScript]
  /// When the trial's time was 0: `CLOCK_MONOTONIC`.
  let origin: UInt64
  /// When it is over, in the trial's time.
  let end: UInt64
  var now: UInt64 = 0

  var connections: [Int32: ClientConnection] = [:]
  var requests: [Int32: ClientRequest] = [:]
  var timers = TimerHeap<Timer>()
  var events: [ClientEvent] = []
  var probes: [ProbeRecord] = []
  var probing: ProbePlan?
  /// Connections that stood at the end.
  var openAtEnd: [(node: NodeID?, since: UInt64)] = []
  /// Bytes that a segment may have at most.
  var buffer = [UInt8](repeating: 0x2e, count: 65536)
  /// By stream: since when each client fails.
  var failing: [[UInt32: UInt64]]

  enum Timer {
    /// A socket wants to be looked at; the number tells it from an earlier one of the same descriptor.
    case socket(Int32, UInt64)
    case reconnect(stream: Int, ClientScript.Connection, firstNode: NodeID?, hasMoved: Bool)
    case probe
  }

  /// Sockets so far, to tell them apart.
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

  /// Plays until the trial's end, or until somebody asks for a stop.
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

  /// The trial is over: whoever fails still has failed until now, and everybody hangs up.
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

  /// A socket for a client. Where the port that was drawn is taken, one of the next is.
  func socket(_ transport: Transport, for address: IPAddress, port: UInt16) -> Int32? {
    for offset in 0..<UInt16(16) {
      let candidate = 49152 | (port &+ offset) & 0x3fff
      if let socket = LabSocket.bound(transport, to: address, port: candidate) { return socket }
      guard errno == EADDRINUSE else { break }
    }
    note(.notPlayed)
    return nil
  }

  /// A client was not answered at that time.
  func fail(_ stream: Int, _ client: UInt32, since: UInt64) {
    failing[stream][client] = min(failing[stream][client] ?? .max, since)
  }

  /// A client was answered; its attempts had failed since then, if they had.
  func comeThrough(_ stream: Int, _ client: UInt32, since: UInt64?) {
    let earlier = failing[stream].removeValue(forKey: client)
    if let first = [earlier, since].compactMap({ $0 }).min() { note(.outage(since: first)) }
  }
}
