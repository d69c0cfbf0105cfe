import CNetfilter
import Engine
import Foundation
import LinuxBackend
import Testing

@testable import Lab
@testable import Sim

/// A Linux bridge in a namespace, and the other ends of its ports in a second one.
///
/// Hosts are packet sockets alone: they have no addresses, so that nothing is on the wire but the frames of the test
/// and the queries of the bridge. A further port belongs to the test. A frame from it, to all hosts, follows each frame
/// that is judged. It takes the same ways through the same queues of one processor: a host that has it has all that was
/// sent before.
final class BridgeStand {
  let portCount: Int
  private let bridge: NetworkNamespace
  private let hosts: NetworkNamespace
  private let ports: PortSwitch
  /// Of the hosts, then of the port of the test.
  private var sockets: [Int32] = []
  private var up: [Bool]
  private var marks: UInt32 = 0

  /// - Parameters:
  ///   - options: of the bridge, as `ip link` has them.
  ///   - portOptions: of each port.
  init(options: String, portOptions: [String]) throws {
    let count = portOptions.count
    portCount = count
    bridge = try NetworkNamespace(name: "bridge")
    hosts = try NetworkNamespace(name: "hosts")
    ports = try PortSwitch(bridge)
    up = Array(repeating: true, count: count)
    for machine in [bridge, hosts] {
      try machine.set(["all", "default"].map { ("ipv6/conf/\($0)/disable_ipv6", "1") })
    }
    var outside = ["link add br0 type bridge stp_state 0 forward_delay 0 \(options)", "link set br0 up"]
    for (p, options) in (portOptions + ["learning off"]).enumerated() {
      outside += [
        "link add p\(p) type veth peer name h\(p) netns \(hosts.path)",
        "link set p\(p) master br0 up",
      ]
      if !options.isEmpty { outside.append("link set p\(p) type bridge_slave \(options)") }
    }
    try bridge.ip(outside)
    try hosts.ip((0...count).map { "link set h\($0) up" })
    for p in 0...count {
      let socket = try hosts.run { () throws(NetlinkSocket.Refusal) in
        try PacketSocket.number(interface: Int32(if_nametoindex("h\(p)")), type: PacketSocket.everyType)
      }
      sockets.append(socket)
      // PACKET_IGNORE_OUTGOING: what a host sends is not heard by it.
      var yes: Int32 = 1
      setsockopt(socket, SOL_PACKET, 23, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
    for p in 0...count { try ports.waitUntilRunning("p\(p)") }
    for p in 0..<count { try waitUntilForwarding(p) }
  }

  deinit { for socket in sockets { _ = PacketSocket.owner(of: socket) } }

  /// Further options of the bridge.
  func set(_ options: String) throws { try bridge.ip(["link set br0 type bridge \(options)"]) }

  /// Runs `bridge` with these words.
  func command(_ words: String) throws {
    let outcome = try bridge.run { () throws(LabError) in
      try Program.run("bridge", words.split(separator: " ").map(String.init))
    }
    guard outcome.status == 0 else { throw LabError("bridge \(words): \(outcome.complaint)") }
  }

  /// Sets the bridge's end of a port up or down, and waits until the bridge treats it so.
  func set(_ port: Int, isUp: Bool) throws {
    up[port] = isUp
    try ports.set("p\(port)", isUp: isUp)
    if isUp {
      try ports.waitUntilRunning("p\(port)")
      try waitUntilForwarding(port)
    }
  }

  /// The time of the kernel's timers.
  static var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Instant(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
  }

  /// Sends a frame from a host.
  /// - Returns: the ports whose hosts get it.
  func send(_ frame: [UInt8], from port: Int) throws -> SwitchPorts {
    try onOneProcessor {
      _ = Glibc.send(sockets[port], frame, frame.count, 0)
      let mark = mark()
      _ = Glibc.send(sockets[portCount], mark, mark.count, 0)
      var receivers = SwitchPorts.none
      for p in 0..<portCount where up[p] {
        let frames = frames(at: p, until: mark)
        guard let frames else { throw LabError("nothing gets to port \(p)") }
        if frames.contains(frame) { receivers.insert(p) }
      }
      return receivers
    }
  }

  // MARK: - Marks

  /// A frame to everybody that differs from all others.
  private func mark() -> [UInt8] {
    marks += 1
    let number = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: marks >> UInt32($0)) }
    return [UInt8](repeating: 0xff, count: 6) + [2, 0, 0, 0, 0xff, 0xff, 0x88, 0xb6] + number
      + [UInt8](repeating: 0, count: 28)
  }

  /// Waits until frames pass a port both ways.
  private func waitUntilForwarding(_ port: Int) throws {
    for _ in 0..<300 {
      let (there, back) = (mark(), mark())
      _ = Glibc.send(sockets[portCount], there, there.count, 0)
      _ = Glibc.send(sockets[port], back, back.count, 0)
      if frames(at: port, until: there, milliseconds: 10) != nil,
        frames(at: portCount, until: back, milliseconds: 10) != nil
      {
        return
      }
    }
    throw LabError("port \(port) does not forward")
  }

  /// The frames that get to a host before a mark; `nil` if the mark does not come.
  private func frames(at port: Int, until mark: [UInt8], milliseconds: Int32 = 2000) -> [[UInt8]]? {
    var buffer = [UInt8](repeating: 0, count: 2048)
    var found: [[UInt8]] = []
    while true {
      let count = recv(sockets[port], &buffer, buffer.count, 0)
      if count > 0 {
        let frame = Array(buffer[..<count])
        if frame == mark { return found }
        found.append(frame)
        continue
      }
      var waiting = pollfd(fd: sockets[port], events: Int16(POLLIN), revents: 0)
      if poll(&waiting, 1, milliseconds) <= 0 { return nil }
    }
  }

  /// Keeps the calling thread on one processor meanwhile. Swift's Glibc does not show the calls for it.
  private func onOneProcessor<Result>(_ body: () throws -> Result) throws -> Result {
    typealias Call = @convention(c) (pid_t, Int, UnsafeMutableRawPointer) -> Int32
    func call(_ name: String) throws -> Call {
      unsafeBitCast(try #require(dlsym(nil, name)), to: Call.self)
    }
    let (get, set) = (try call("sched_getaffinity"), try call("sched_setaffinity"))
    var old = [UInt64](repeating: 0, count: 16)
    _ = get(0, 128, &old)
    let word = try #require(old.firstIndex { $0 != 0 })
    var first = [UInt64](repeating: 0, count: 16)
    first[word] = old[word] & (0 &- old[word])
    _ = set(0, 128, &first)
    defer { _ = set(0, 128, &old) }
    return try body()
  }
}
