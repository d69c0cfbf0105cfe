import Engine
import Foundation
import LinuxBackend
import Synchronization
import Testing

@testable import Lab

/// TCP connections that stay open and are asked again and again, and short ones that come all the time, on a thread of
/// their own behind the router.
///
/// It knows nothing of buckets: it sees what clients see. A connection is broken if it ends, or if it does not echo the
/// last question.
final class ProofLoad: Sendable {
  struct Opened: Sendable {
    /// When the connect began, and how long it took.
    var at: Instant
    var took: Duration
    var node: Int
  }
  struct Seen: Sendable {
    var opened: [Opened] = []
    /// By node, how many connections stay open and have been echoed.
    var kept = [Int](repeating: 0, count: 8)
    var broken: [String] = []
    var failed: [String] = []
    var echoes = 0
  }

  private let state = Mutex(Seen())
  private let isEnding = Atomic<Bool>(false)
  private let done = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - kept: the clients whose connections stay open.
  ///   - short: the other clients, each used once; after the last one no more come.
  ///   - perSecond: how many of the others come.
  init(kept: [ProofAsk], short: [ProofAsk], perSecond: Int, in namespace: NetworkNamespace) {
    let thread = Thread { [self] in
      do throws(LabError) {
        try namespace.enter()
        var loop = try ProofLoadLoop(
          kept: kept, short: short, interval: .nanoseconds(1_000_000_000 / perSecond))
        while !isEnding.load(ordering: .relaxed) {
          loop.step()
          state.withLock { $0 = loop.seen }
        }
        loop.askForTheLastTime()
        state.withLock { $0 = loop.seen }
      } catch {
        state.withLock { $0.failed.append("\(error)") }
      }
      done.signal()
    }
    thread.name = "proof-load"
    thread.start()
  }

  var seen: Seen { state.withLock { $0 } }

  /// Asks every connection for the last time and ends it.
  func finish() -> Seen {
    isEnding.store(true, ordering: .relaxed)
    done.wait()
    done.signal()
    return seen
  }

  deinit { _ = finish() }
}

/// The work of the load's thread.
private struct ProofLoadLoop {
  private struct Connection {
    var ask: ProofAsk
    var staysOpen: Bool
    var began: Instant
    var node: Int?
    var isAsked = false
    var next: Instant
  }

  private let poller: Poller
  private var connections: [Int32: Connection] = [:]
  private var kept: ArraySlice<ProofAsk>
  private var short: ArraySlice<ProofAsk>
  private let interval: Duration
  private var nextShort = MonotonicClock.now
  private var nextLook = MonotonicClock.now
  private(set) var seen = ProofLoad.Seen()
  /// The time between two questions on one connection.
  private static let pause = Duration.milliseconds(400)
  /// A connect that takes longer has failed. The second SYN goes out after one second; the third, two seconds later,
  /// would be too late.
  private static let patience = Duration.milliseconds(2500)

  init(kept: [ProofAsk], short: [ProofAsk], interval: Duration) throws(LabError) {
    LabSocket.allowMany()
    poller = try Poller()
    self.kept = kept[...]
    self.short = short[...]
    self.interval = interval
  }

  mutating func step() {
    for _ in 0..<20 { if let ask = kept.popFirst() { open(ask, staysOpen: true) } }
    while MonotonicClock.now >= nextShort, let ask = short.popFirst() {
      nextShort = nextShort + interval
      open(ask, staysOpen: false)
    }
    hear()
    let now = MonotonicClock.now
    if now < nextLook { return }
    nextLook = now + .milliseconds(20)
    for (socket, connection) in connections {
      if connection.node == nil {
        if now - connection.began > Self.patience { fail(socket, "no answer to the connect") }
      } else if connection.staysOpen, !connection.isAsked, now >= connection.next {
        ask(socket)
      }
    }
  }

  /// Asks every connection once more, which then has two seconds to answer.
  mutating func askForTheLastTime() {
    short = []
    let deadline = MonotonicClock.now + .seconds(3)
    while connections.values.contains(where: { $0.isAsked || $0.node == nil }), MonotonicClock.now < deadline
    {
      hear()
    }
    for (socket, connection) in connections where connection.staysOpen && !connection.isAsked { ask(socket) }
    let end = MonotonicClock.now + .seconds(2)
    while connections.values.contains(where: \.isAsked), MonotonicClock.now < end { hear() }
    for (socket, connection) in connections {
      if connection.isAsked || connection.node == nil { fail(socket, "not answered any more") }
      LabSocket.closeHard(socket)
    }
  }

  private mutating func open(_ ask: ProofAsk, staysOpen: Bool) {
    guard let socket = LabSocket.bound(.tcp, to: ask.source, port: ask.port) else { return }
    let now = MonotonicClock.now
    ask.virtualIP.withSocketAddress(port: ask.destination) { _ = connect(socket, $0, $1) }
    connections[socket] = Connection(ask: ask, staysOpen: staysOpen, began: now, next: now)
    poller.add(socket, .read)
  }

  private mutating func ask(_ socket: Int32) {
    var byte: UInt8 = 0x3f
    guard send(socket, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) == 1 else {
      return fail(socket, "errno \(errno) when asked")
    }
    connections[socket]!.isAsked = true
  }

  private mutating func hear() {
    var ready: [Int32] = []
    poller.wait(milliseconds: 5) { socket, _ in ready.append(socket) }
    let now = MonotonicClock.now
    for socket in ready {
      guard var connection = connections[socket] else { continue }
      var bytes: (UInt8, UInt8) = (0, 0)
      let count = recv(socket, &bytes, 2, Int32(MSG_DONTWAIT))
      if count < 0 && errno == EAGAIN { continue }
      guard count > 0 else {
        fail(socket, count == 0 ? "closed" : "errno \(errno)")
        continue
      }
      if connection.node == nil {
        connection.node = Int(bytes.0)
        seen.opened.append(.init(at: connection.began, took: now - connection.began, node: Int(bytes.0)))
        connections[socket] = connection
        if !connection.staysOpen { end(socket) }
        continue
      }
      if !connection.isAsked || count != 1 { fail(socket, "an answer to nothing") }
      connection.isAsked = false
      connection.next = now + Self.pause
      if connections[socket] != nil {
        if seen.echoes == 0 || !isCounted.contains(socket) {
          isCounted.insert(socket)
          seen.kept[connection.node!] += 1
        }
        seen.echoes += 1
        connections[socket] = connection
      }
    }
  }
  /// The connections that have been echoed once.
  private var isCounted: Set<Int32> = []

  private mutating func fail(_ socket: Int32, _ words: String) {
    guard let connection = connections[socket] else { return }
    let text = "\(connection.ask.source.text):\(connection.ask.port): \(words)"
    if let node = connection.node {
      seen.broken.append("node \(node), \(text)")
    } else {
      seen.failed.append(text)
    }
    end(socket)
  }

  private mutating func end(_ socket: Int32) {
    connections[socket] = nil
    isCounted.remove(socket)
    LabSocket.closeHard(socket)
  }
}
