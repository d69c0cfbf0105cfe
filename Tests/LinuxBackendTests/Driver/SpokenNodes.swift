import Engine
import FarmFile
import Foundation
import Synchronization

@testable import LinuxBackend

/// All nodes of a large farm but the first, played by one machine: each sends heartbeats in standby that say it hears
/// the first node.
///
/// They decide nothing, so a small machine can play 31 of them.
final class SpokenNodes: Sendable {
  private let isOver = Mutex(false)
  private let done = DispatchSemaphore(value: 0)

  /// - Precondition: the calling thread is on a machine that has all of their addresses.
  init(_ setup: DriverSetup) throws {
    let settings = setup.farm.settings
    let (plan, authenticator) = (HeartbeatPlan(settings), try setup.authenticator())
    let everyone = IPAddress(v4: 0xffff_ffff)
    func link(_ node: Int) throws -> HeartbeatLink {
      let endpoint = HeartbeatEndpoint(setup.linux, node: NodeID(node), network: NetworkID(0), name: "lan")
      let index = try endpoint.interfaceIndex()
      let link = HeartbeatLink(endpoint: endpoint, interfaceIndex: index)
      link.take(try endpoint.open(boundTo: endpoint.address, index: index))
      if node == 1 { link.take(try endpoint.open(boundTo: everyone, index: index)) }
      return link
    }
    nonisolated(unsafe) let links = try (1..<settings.nodeCount).map(link)
    let thread = Thread { [self] in
      var sequence: UInt64 = 0
      var heard = FreshnessEntry(
        incarnation: Incarnation(0), sequence: SequenceNumber(0), echoed: SequenceNumber(0),
        evidenceAge: .never,
        serviceAge: .never, heardAge: .never)
      while !isOver.withLock({ $0 }) {
        while let (bytes, _) = links[0].takeWaiting() {
          // Its incarnation and sequence, at their places in the format.
          guard bytes.count > 88, bytes[6] == 0 else { continue }
          func number(at offset: Int) -> UInt64 {
            bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
          }
          heard = FreshnessEntry(
            incarnation: Incarnation(number(at: 24)), sequence: SequenceNumber(number(at: 32)),
            echoed: SequenceNumber(sequence), evidenceAge: .zero, serviceAge: .zero, heardAge: .zero)
        }
        for part in plan.parts.indices {
          sequence += 1
          for (i, link) in links.enumerated() {
            var bytes = Self.heartbeat(
              of: NodeID(i + 1), part, of: plan, SequenceNumber(sequence), settings, hears: heard)
            authenticator.seal(&bytes)
            link.send(bytes, to: NodeID(0))
          }
        }
        usleep(UInt32(settings.heartbeat.interval.nanoseconds / 1000))
      }
      done.signal()
    }
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Returns once none of them sends any more.
  func end() {
    isOver.withLock { $0 = true }
    done.wait()
  }

  private static func heartbeat(
    of node: NodeID, _ part: Int, of plan: HeartbeatPlan, _ sequence: SequenceNumber, _ settings: Settings,
    hears heard: FreshnessEntry
  ) -> [UInt8] {
    let header = HeartbeatHeader(
      farmID: settings.farmID, sender: node, status: .standby, bootID: BootID(UInt64(node.index)),
      incarnation: Incarnation(1000), sequence: sequence, epoch: Epoch(1), viewDigest: Digest(),
      configuration: settings.digest)
    var writer = HeartbeatWriter(header, part: part, of: plan)
    for other in plan.parts[part].nodes {
      writer.append(
        other == 0
          ? heard
          : FreshnessEntry(
            incarnation: Incarnation(1000), sequence: sequence, echoed: sequence, evidenceAge: .zero,
            serviceAge: .zero, heardAge: .zero))
    }
    for group in plan.parts[part].groups {
      let buckets = settings.ownershipGroups[group].bucketCount
      writer.append(
        GroupID(group), weight: 100, flows: .none(bucketCount: buckets), owned: BucketSet(capacity: buckets))
    }
    return writer.finish()
  }
}
