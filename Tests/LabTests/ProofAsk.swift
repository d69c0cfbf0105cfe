import Engine
import FarmFile
import Foundation
import LinuxBackend

@testable import Lab

/// One question of a client to the farm, which shows the node that answers it.
struct ProofAsk: Sendable {
  var transport: Transport
  var source: IPAddress
  var port: UInt16
  var virtualIP: IPAddress
  var destination: UInt16

  /// Asks many questions at a time, by datagrams or connects as each says; nothing is repeated.
  /// - Parameter patience: how long an answer may take, in seconds.
  /// - Returns: for each question, the numbers of the nodes that answered, twice if two nodes did or one did twice;
  ///   `nil` if the machine had no socket for it.
  static func answers(
    _ asks: [ProofAsk], in namespace: NetworkNamespace, patience: Double = 0.5
  ) throws(LabError) -> [[Int]?] {
    let pieces = stride(from: 0, to: asks.count, by: 200).map { Array(asks[$0..<min($0 + 200, asks.count)]) }
    return namespace.run { pieces.flatMap { piece($0, patience) } }
  }

  private static func piece(_ asks: [ProofAsk], _ patience: Double) -> [[Int]?] {
    let sockets = asks.map { LabSocket.bound($0.transport, to: $0.source, port: $0.port) }
    defer { for case let socket? in sockets { LabSocket.closeHard(socket) } }
    for (ask, socket) in zip(asks, sockets) {
      guard let socket else { continue }
      ask.virtualIP.withSocketAddress(port: ask.destination) { address, size in
        if ask.transport == .udp {
          var byte: UInt8 = 0x3f
          _ = sendto(socket, &byte, 1, 0, address, size)
        } else {
          _ = connect(socket, address, size)
        }
      }
    }
    var answers: [[Int]?] = sockets.map { $0 == nil ? nil : [] }
    func hear() {
      for (i, socket) in sockets.enumerated() {
        guard let socket else { continue }
        var bytes: (UInt8, UInt8) = (0, 0)
        while recv(socket, &bytes, 2, Int32(MSG_DONTWAIT)) > 0 { answers[i]!.append(Int(bytes.0)) }
      }
    }
    let deadline = Date().addingTimeInterval(patience)
    while Date() < deadline, answers.contains(where: { $0?.isEmpty == true }) {
      usleep(5000)
      hear()
    }
    // If a second node answers, it does so about as soon as the first.
    usleep(50_000)
    hear()
    return answers
  }

  /// For each bucket of the farm's groups, a client that a datagram rule maps to it.
  static func everyBucket(_ farm: Farm) -> [ProofAsk] {
    guard var plan = ProbePlan(farm, perSecond: 1) else { return [] }
    let count = farm.settings.groups.reduce(0) { $0 + $1.bucketCount }
    return (0..<count).map { _ in
      let target = plan.next()
      return ProofAsk(
        transport: .udp, source: target.source, port: target.port, virtualIP: target.virtualIP,
        destination: target.destination)
    }
  }
}
