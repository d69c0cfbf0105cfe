import Engine
import FarmFile
import Foundation
import Glibc
import LinuxBackend
import Sim
import Synchronization
import TestSupport
import Testing

@testable import Lab

/// A machine that loses its power says nothing: no client hears of it.
@Suite(.needsRealFarm, .serialized)
struct ProofPowerTests {
  static let text = ProofDrainTests.text

  /// Clients of one node's buckets that connect as fast as the machine can.
  final class Storm: Sendable {
    /// The state of the connections at the end.
    struct Seen: Sendable {
      var connects = 0
      var greeted = 0
      var refused = 0
      var ended = 0
    }

    private let isOver = Atomic<Bool>(false)
    private let seen = Mutex(Seen())
    private let begun = Atomic<Int>(0)
    private let done = DispatchSemaphore(value: 0)

    init(_ asks: [ProofAsk], in namespace: NetworkNamespace) {
      Thread { [self] in
        namespace.run { self.connect(asks) }
        done.signal()
      }.start()
    }

    private func connect(_ asks: [ProofAsk]) {
      var sockets: [Int32] = []
      var next = 0
      while !isOver.load(ordering: .relaxed), next < asks.count {
        let ask = asks[next]
        next += 1
        guard let socket = LabSocket.bound(.tcp, to: ask.source, port: ask.port) else { continue }
        _ = ask.virtualIP.withSocketAddress(port: ask.destination) { Glibc.connect(socket, $0, $1) }
        sockets.append(socket)
        begun.store(sockets.count, ordering: .relaxed)
        usleep(100)
      }
      var seen = Seen()
      seen.connects = sockets.count
      for socket in sockets {
        var byte: UInt8 = 0
        var count = recv(socket, &byte, 1, 0)
        if count == 1 {
          seen.greeted += 1
          count = recv(socket, &byte, 1, 0)
        }
        if count == 0 || errno == ECONNRESET { seen.ended += 1 }
        if count < 0 && errno == ECONNREFUSED { seen.refused += 1 }
        LabSocket.closeHard(socket)
      }
      self.seen.withLock { $0 = seen }
    }

    /// Waits until this many connects have begun, however fast the machine is, but no longer than ten seconds.
    func wait(for connects: Int) {
      for _ in 0..<10_000 where begun.load(ordering: .relaxed) < connects { Proof.sleep(0.001) }
    }

    func stop() -> Seen {
      isOver.store(true, ordering: .relaxed)
      done.wait()
      return seen.withLock { $0 }
    }
  }

  @Test func clientsHearNothingOfACrash() throws {
    let proof = try ProofFarm(Self.text)
    let node = NodeID(2)
    // More clients than there is time for.
    let own = ProofDrainTests.asks([0, 0, 4000, 0], of: proof.scenario.farm, seed: 5)
    try #require(own.count == 4000)
    let storm = Storm(own, in: proof.clients)
    storm.wait(for: 200)
    _ = try proof.farm.powerOff(node)
    // No node has taken over yet.
    Proof.sleep(0.2)
    let seen = storm.stop()
    Proof.say("\(seen.connects) connects around a crash: \(seen)")
    #expect(seen.greeted > 100 && seen.connects > seen.greeted, "\(seen)")
    #expect(seen.refused == 0 && seen.ended == 0, "\(seen)")
  }

  @Test func whoStoodAndWasNeverGreetedHadAConnectionAndNoResetConnect() throws {
    let traffic = "traffic: [{arrivals: 200/s, clients: 2000, flow: {duration: 5 s}}]\n"
    let proof = try ProofFarm(Self.text.replacingOccurrences(of: "run:", with: traffic + "run:"))
    let node = NodeID(2)
    let addresses = proof.network.addresses
    let service = addresses.serviceNetwork
    // The node dies between its answer to a SYN and the next segment. Here that moment lasts long enough to catch many
    // connections.
    let way = "iifname \"\(addresses.routerPort(service))\" oifname \"\(addresses.port(service, node))\""
    try proof.setSwitch(["\(way) ip protocol tcp tcp flags & syn == 0 drop"])
    var scenario = proof.scenario
    scenario.run.duration = .seconds(4)
    let clients = try LabClients(
      scenario, trial: 0, origin: MonotonicClock.now, in: proof.clients, probesPerSecond: 0)
    Proof.sleep(0.3)
    _ = try proof.farm.powerOff(node)
    let seen = clients.finish()
    // The node that took over resets what these clients repeat.
    let resets = seen.events.filter { if case .reset(nil, _) = $0.kind { true } else { false } }
    #expect(resets.count > 5)
    #expect(seen.events.filter { $0.kind == .opened(nil) }.count >= resets.count)
    let connects = seen.events.filter { if case .connectReset = $0.kind { true } else { false } }
    #expect(connects.isEmpty && !seen.events.contains { $0.kind == .connectRefused })
    Proof.say("\(resets.count) connections stood, were never greeted, and were reset")
  }
}
