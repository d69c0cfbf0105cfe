import Engine
import FarmFile
import Foundation
import LinuxBackend

/// How long a datagram takes between two machines of the lab, including the waking of its receiver.
enum FrameTimes {
  private static let port: UInt16 = 7946

  static func measure(rounds: Int) throws(LabError) -> MeasuredTimes {
    let farm = Farm(
      nodes: ["node1", "node2"], virtualIPs: [IPAddress(parsing: "192.0.2.100")!], groups: [],
      networks: ["lan"], settings: Settings(nodeCount: 2, networks: [NetworkSettings()]))
    let network = try LabNetwork(farm)
    let sender = try network.powerOn(NodeID(0))
    let receiver = try network.powerOn(NodeID(1))
    let goal = network.addresses.dedicated(NetworkID(0), NodeID(1))
    let from = try sender.run { () throws(LabError) in try datagrams() }
    let to = try receiver.run { () throws(LabError) in try datagrams() }
    defer { close(to) }
    guard goal.withSocketAddress(port: port, { bind(to, $0, $1) }) == 0 else {
      throw .system("cannot bind a socket")
    }
    let sending = Thread {
      for _ in 0..<rounds {
        usleep(2000)
        withUnsafeBytes(of: MonotonicClock.now.nanoseconds) { stamp in
          _ = goal.withSocketAddress(port: port) { sendto(from, stamp.baseAddress, stamp.count, 0, $0, $1) }
        }
      }
      close(from)
    }
    sending.start()
    var times: [UInt64] = []
    for _ in 0..<rounds {
      var sent: UInt64 = 0
      guard recv(to, &sent, 8, 0) == 8 else { break }
      times.append(MonotonicClock.now.nanoseconds - sent)
    }
    // The first datagrams wait for the receiver's hardware address.
    guard times.count > 10 else { throw LabError("datagrams do not arrive between the lab's machines") }
    return MeasuredTimes(Array(times.dropFirst(3)))
  }

  /// A socket whose `recv` waits for a second at most.
  private static func datagrams() throws(LabError) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw .system("cannot make a socket") }
    var wait = timeval(tv_sec: 1, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, socklen_t(MemoryLayout<timeval>.size))
    return descriptor
  }
}
