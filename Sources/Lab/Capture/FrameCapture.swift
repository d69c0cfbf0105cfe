import Engine
import FarmFile
import Foundation
import LinuxBackend
import Synchronization

/// Captures all frames on the service interface of every node and of the clients' router, and judges them meanwhile.
///
/// One thread reads all sockets. The kernel stamps each frame when it arrives, so that a late reader does no harm. The
/// last minute of each interface is kept. If two nodes answer a client's packet, or none does for too long, the frames
/// from half a minute before to half a minute after are set aside, at most ``mostKept`` times.
final class FrameCapture: Sendable {
  /// The frames around one instant.
  struct Kept: Sendable {
    var at: Instant
    /// pcap files, by the name of the interface's owner.
    var files: [String: [UInt8]] = [:]
  }

  private static let mostKept = 4
  private static let around = Duration.seconds(30)

  private struct Ear: Sendable {
    /// `nil` for the router.
    var node: NodeID?
    var name: String
    var socket: CaptureSocket
  }

  private struct State: Sendable {
    var ears: [Ear] = []
    /// By the name of the interface's owner. A node that comes back continues its own.
    var tails: [String: FrameTail] = [:]
    var ledger: WireLedger
    var lost = 0
    var kept: [Kept] = []
    var isEnded = false
  }

  private let state: Mutex<State>
  private let virtualIPs: [IPAddress]
  private let ended = DispatchGroup()

  /// - Parameter longestGap: how long a bucket's packets may stay unanswered before a capture is set aside.
  init(_ farm: Farm, longestGap: Duration) {
    state = Mutex(State(ledger: WireLedger(farm.settings, longestGap: longestGap)))
    virtualIPs = farm.virtualIPs
    ended.enter()
    let thread = Thread { [self] in
      run()
      ended.leave()
    }
    thread.name = "capture"
    thread.start()
  }

  // MARK: Interfaces

  /// - Parameter node: `nil` for the router, whose frames to the nodes are the clients' packets.
  func add(_ node: NodeID?, _ name: String, _ interface: String, in namespace: NetworkNamespace)
    throws(LabError)
  {
    let ear = Ear(node: node, name: name, socket: try CaptureSocket(interface, in: namespace))
    state.withLock { state in
      state.ears.removeAll { $0.node == node }
      state.ears.append(ear)
    }
  }

  /// The node's machine has lost its power: its interface is gone.
  func remove(_ node: NodeID) {
    state.withLock { state in
      for ear in state.ears where ear.node == node { state.lost += ear.socket.takeLost() }
      state.ears.removeAll { $0.node == node }
    }
  }

  // MARK: Who may speak

  /// Notes nodes that may have to be silent from now on. Their answers are recorded.
  func silence(_ nodes: NodeSet, from now: Instant) { state.withLock { $0.ledger.silence(nodes, from: now) } }
  func speak(_ nodes: NodeSet, from now: Instant) { state.withLock { $0.ledger.speak(nodes, from: now) } }

  // MARK: Results

  /// Ends the capture. - Returns: what was found.
  func finish() -> WireRecord {
    let isFirst = state.withLock { state in
      defer { state.isEnded = true }
      return !state.isEnded
    }
    if isFirst { ended.wait() }
    return state.withLock { state in
      for ear in state.ears { state.lost += ear.socket.takeLost() }
      state.ears = []
      var record = state.ledger.finish(at: MonotonicClock.now)
      record.lost = state.lost
      return record
    }
  }

  /// The frames around an instant: those set aside or, if there are none, those still in the last minute.
  func files(around instant: Instant) -> [String: [UInt8]] {
    state.withLock { state in
      let near = state.kept.first {
        !$0.files.isEmpty && abs((instant - $0.at).nanoseconds) < FrameCapture.around.nanoseconds
      }
      return near?.files ?? FrameCapture.files(state.tails, around: instant)
    }
  }

  private static func files(_ tails: [String: FrameTail], around instant: Instant) -> [String: [UInt8]] {
    tails.compactMapValues { $0.file(from: instant - around, to: instant + around) }
  }

  // MARK: The thread

  private func run() {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      // `ears` holds the sockets, so that no descriptor becomes another file while `poll` waits for it.
      let (ears, isEnded) = state.withLock { ($0.ears, $0.isEnded) }
      var waiting = ears.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
      _ = poll(&waiting, nfds_t(waiting.count), 20)
      state.withLock { state in
        for ear in ears { read(ear, buffer, &state) }
        let now = MonotonicClock.now
        if let at = state.ledger.close(at: now) { keep(at, &state) }
        for i in state.kept.indices
        where state.kept[i].files.isEmpty && state.kept[i].at + FrameCapture.around <= now {
          state.kept[i].files = FrameCapture.files(state.tails, around: state.kept[i].at)
        }
      }
      if isEnded { return }
    }
  }

  private func read(_ ear: Ear, _ buffer: UnsafeMutableRawBufferPointer, _ state: inout State) {
    var tail = state.tails.removeValue(forKey: ear.name) ?? FrameTail()
    ear.socket.read(buffer) { frame in
      tail.append(frame.bytes, length: frame.length, at: frame.at, wall: frame.wall)
      guard let reading = ClientPacket.read(frame.bytes, virtualIPs: virtualIPs) else { return }
      switch (reading, ear.node, frame.isOutgoing) {
      case (.question(let packet), nil, true): state.ledger.sent(packet, at: frame.at)
      case (.question(let packet), let node?, false): state.ledger.reached(node, packet, at: frame.at)
      case (.answer(let packet), let node?, true): state.ledger.answered(node, packet)
      default: break
      }
    }
    state.tails[ear.name] = tail
  }

  /// Notes an instant whose frames are to be set aside half a minute later, unless one nearby is noted already.
  private func keep(_ at: Instant, _ state: inout State) {
    guard state.kept.count < FrameCapture.mostKept,
      !state.kept.contains(where: { abs((at - $0.at).nanoseconds) < FrameCapture.around.nanoseconds })
    else { return }
    state.kept.append(Kept(at: at))
  }
}
