import CLinux
import CNetfilter
import Glibc
import LinuxBackend

/// Sends and receives raw Ethernet frames on one interface of a namespace: all that a host that keeps to no rule can do
/// to a segment.
final class FrameSocket: Sendable {
  private let file: Descriptor

  init(_ interface: String, in namespace: NetworkNamespace) throws(LabError) {
    file = try namespace.packetSocket(
      interface, waits: true, failure: "cannot listen to \(interface)")
  }

  /// Sends frames in order with one system call.
  /// - Returns: how many the kernel took.
  @discardableResult func send(_ frames: FrameBatch) -> Int {
    max(0, Int(clinux_send_frames(file.number, frames.bytes, frames.lengths, Int32(frames.lengths.count))))
  }

  /// The frames that arrived since the last call, without those that this machine sent.
  func heard() -> [[UInt8]] {
    var frames: [[UInt8]] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    var sender = sockaddr_ll()
    while true {
      var size = socklen_t(MemoryLayout<sockaddr_ll>.size)
      let count = withUnsafeMutablePointer(to: &sender) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(file.number, &buffer, buffer.count, Int32(MSG_DONTWAIT), $0, &size)
        }
      }
      guard count > 0 else { return frames }
      if sender.sll_pkttype != UInt8(PACKET_OUTGOING) { frames.append(Array(buffer[..<count])) }
    }
  }
}

/// Frames that are sent together.
struct FrameBatch: Sendable {
  /// The most that one system call sends.
  static let most = 64
  /// One frame after the other.
  private(set) var bytes: [UInt8] = []
  private(set) var lengths: [Int32] = []

  mutating func append(_ frame: [UInt8]) {
    precondition(lengths.count < FrameBatch.most, "more frames than one call sends")
    bytes += frame
    lengths.append(Int32(frame.count))
  }
}
