import Engine
import FarmFile
import Foundation
import LinuxBackend
import Sim
import Synchronization

/// A hostile machine on the farm's segment: it records heartbeats, repeats them, forges them, or claims the virtual IP.
///
/// It has no key, and understands IPv4 only. Its thread acts every hundredth of a second; callers only switch
/// behaviours on and off.
final class Neighbour: Sendable {
  private struct State: Sendable {
    /// The first heartbeats, and random ones of the later.
    var heard: [HeartbeatDatagram] = []
    var count = 0
    var isRemembering = true
    var isReplaying = false
    var isForging = false
    var isClaiming = false
    var isEnded = false
    /// Ethernet addresses of the nodes, by their IPv4 addresses.
    var macs: [UInt32: [UInt8]] = [:]
    var random: RandomStream
  }

  /// The most heartbeats that it records.
  private static let most = 2000

  private let stranger: Stranger
  private let socket: FrameSocket
  private let state: Mutex<State>
  private let virtualIPs: [IPAddress]
  private let ended = DispatchGroup()

  /// - Parameter random: chooses old frames.
  init(on network: LabNetwork, random: RandomStream) throws(LabError) {
    state = Mutex(State(random: random))
    stranger = try Stranger(200, on: network)
    socket = try FrameSocket("eth0", in: stranger.machine)
    virtualIPs = network.addresses.farm.virtualIPs
    ended.enter()
    let thread = Thread { [self] in
      while live() { usleep(10_000) }
      ended.leave()
    }
    thread.name = "neighbour"
    thread.start()
  }

  /// Turns recording off while the farm is partitioned. The neighbour hears all parts, and a heartbeat that one part
  /// has not heard yet is not an old one there.
  func remember(_ isOn: Bool) { state.withLock { $0.isRemembering = isOn } }

  func replay(_ isOn: Bool) { state.withLock { $0.isReplaying = isOn } }
  func forge(_ isOn: Bool) { state.withLock { $0.isForging = isOn } }
  func claim(_ isOn: Bool) { state.withLock { $0.isClaiming = isOn } }

  /// Bytes of the shortest heartbeat's IP packet; `nil` if none was heard.
  var shortestHeartbeat: Int? {
    state.withLock { $0.heard.map { $0.payload.count + HeartbeatDatagram.packetBytes }.min() }
  }

  func end() {
    let isFirst = state.withLock { state in
      defer { state.isEnded = true }
      return !state.isEnded
    }
    if isFirst { ended.wait() }
  }

  /// Acts for a hundredth of a second. - Returns: whether to continue.
  private func live() -> Bool {
    let heard = socket.heard()
    let (batch, isEnded) = state.withLock { state in
      if state.isRemembering { for frame in heard { Neighbour.remember(frame, &state) } }
      state.count += 1
      var batch = FrameBatch()
      if state.isReplaying, let old = Neighbour.anyOld(&state) { batch.append(old.frame) }
      // Five a second.
      if state.isForging, state.count % 20 == 0, let old = Neighbour.anyOld(&state) {
        batch.append(old.forged.frame)
      }
      // Twice a second.
      if state.isClaiming, state.count % 50 == 0 { for frame in claims(state.macs) { batch.append(frame) } }
      return (batch, state.isEnded)
    }
    if !batch.lengths.isEmpty { socket.send(batch) }
    return !isEnded
  }

  /// Keeps heartbeats of all ages: the first ones stay, and a later one replaces a random one of the rest.
  private static func remember(_ frame: [UInt8], _ state: inout State) {
    guard let heartbeat = HeartbeatDatagram(frame: frame), heartbeat.sender != nil else { return }
    if state.macs.count < 64 { state.macs[UInt32(octets: heartbeat.source[...])] = Array(frame[6..<12]) }
    if state.heard.count < most {
      state.heard.append(heartbeat)
    } else {
      state.heard[most / 2 + Int(state.random.bounded(UInt64(most / 2)))] = heartbeat
    }
  }

  private static func anyOld(_ state: inout State) -> HeartbeatDatagram? {
    state.heard.isEmpty ? nil : state.heard[Int(state.random.bounded(UInt64(state.heard.count)))]
  }

  /// ARP answers to each node that was heard, and to no other machine, that claim the virtual IPs. Nobody asked for
  /// them. The router would believe them too, and no node could prevent that.
  private func claims(_ macs: [UInt32: [UInt8]]) -> [[UInt8]] {
    virtualIPs.filter(\.isIPv4).flatMap { address in
      macs.sorted { $0.key < $1.key }.prefix(FrameBatch.most / virtualIPs.count).map { node, mac in
        var frame = mac + HeartbeatDatagram.mac
        frame += [8, 6, 0, 1, 8, 0, 6, 4, 0, 2]
        frame += HeartbeatDatagram.mac + UInt32(address.low).octets
        frame += mac + node.octets
        return frame
      }
    }
  }
}

extension UInt32 {
  fileprivate init(octets: ArraySlice<UInt8>) { self = octets.reduce(0) { $0 << 8 | UInt32($1) } }
  fileprivate var octets: [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: self >> UInt32($0)) } }
}
