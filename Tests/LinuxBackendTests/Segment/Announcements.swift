import CNetfilter
import Engine
import FarmFile
import Foundation

/// Hears every frame at one interface and finds the MACs that are named for an address.
///
/// ARP of any operation names its sender's MAC; neighbour advertisements name the target's, solicitations the source's.
final class Announcements {
  private let file: Int32

  init(at host: TestNamespace) throws {
    file = try host.run {
      let file = socket(
        AF_PACKET, Int32(SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue), Int32(UInt16(3).bigEndian))
      guard file >= 0 else { throw TestNamespace.Failure("no packet socket: errno \(errno)") }
      return file
    }
  }

  deinit { close(file) }

  /// The MACs named for an address since the last call, and those of the frames that named them.
  func take(for address: IPAddress) -> (named: Set<MACAddress>, senders: Set<MACAddress>) {
    var (named, senders): (Set<MACAddress>, Set<MACAddress>) = ([], [])
    var buffer = [UInt8](repeating: 0, count: 2048)
    while case let count = recv(file, &buffer, buffer.count, 0), count > 0 {
      guard let mac = Self.named(for: address, in: buffer[..<count]) else { continue }
      named.insert(mac)
      senders.insert(MACAddress(octets: buffer[6..<12])!)
    }
    return (named, senders)
  }

  private static func named(for address: IPAddress, in frame: ArraySlice<UInt8>) -> MACAddress? {
    if address.isIPv4 {
      guard frame.count >= 42, frame[12..<14] == [8, 6], IPAddress(parsing: text(frame[28..<32])) == address
      else { return nil }
      return MACAddress(octets: frame[22..<28])
    }
    // The ICMPv6 message follows the IPv6 header directly, as the kernel sends neighbour discovery.
    guard frame.count >= 86, frame[12..<14] == [0x86, 0xdd], frame[20] == 58 else { return nil }
    switch frame[54] {
    case 136 where bytes(address) == Array(frame[62..<78]) && frame[78] == 2:
      return MACAddress(octets: frame[80..<86])
    case 135 where bytes(address) == Array(frame[22..<38]) && frame[78] == 1:
      return MACAddress(octets: frame[80..<86])
    default: return nil
    }
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map(String.init).joined(separator: ".")
  }

  private static func bytes(_ address: IPAddress) -> [UInt8] {
    (0..<16).map {
      UInt8(truncatingIfNeeded: ($0 < 8 ? address.high : address.low) >> UInt64(56 - $0 % 8 * 8))
    }
  }
}
