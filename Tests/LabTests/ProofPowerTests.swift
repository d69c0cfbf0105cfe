import Engine
import FarmFile
import Foundation
import Glibc
import LinuxBackend
import Sim
import Synchronization
import Testing

@testable import Lab

/// A machine that loses its power says nothing: no client hears of it.
@Suite(.enabled(if: Proof.isPossible, "needs root, ip, nft and the built programs"), .serialized)
struct ProofPowerTests {
  static let text = ProofDrainTests.text

  /// Clients of one node's buckets, who connect as fast as the machine goes.
  final class Storm: Sendable {
    /// How the connections stand when it is over.
    struct Seen: Sendable {
      var connects = 0
      var greeted = 0
      var refused = 0
      var ended = 0
    }

    private let isOver = Atomic<Bool>(false)
    private let seen = Mutex(Seen())
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
        _ = LabSocket.withAddress(ask.virtualIP, ask.destination) { Glibc.connect(socket, $0, $1) }
        sockets.append(socket)
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

    func stop() -> Seen {
      isOver.store(true, ordering: .relaxed)
      done.wait()
      return seen.withLock { $0 }
    }
  }

  @Test func clientsHearNothingOfACrash() throws {
    let proof = try ProofFarm(Self.text)
    let node = NodeID(2)
    // More than there is time for.
    let own = ProofDrainTests.asks([0, 0, 4000, 0], of: proof.scenario.farm, seed: 5)
    try #require(own.count == 4000)
    let storm = Storm(own, in: proof.clients)
    Proof.sleep(0.1)
    _ = try proof.farm.powerOff(node)
    // Nobody has taken over yet.
    Proof.sleep(0.2)
    let seen = storm.stop()
    Proof.say("\(seen.connects) connects around a crash: \(seen)")
    #expect(seen.greeted > 100 && seen.connects > seen.greeted)
    #expect(seen.refused == 0 && seen.ended == 0, "\(seen)")
  }
}
