import FarmFile
import Glibc

/// A number under `/proc/sys/net` of the network namespace of the calling thread.
struct InterfaceSetting {
  var path: String

  /// `net.ipv4.conf.<interface>.arp_announce`: 2 takes the sender of ARP requests from the target's subnet, never a virtual IP.
  static func arpAnnounce(on interface: String) -> InterfaceSetting {
    InterfaceSetting(path: "/proc/sys/net/ipv4/conf/\(interface)/arp_announce")
  }

  /// `nil` if there is no such setting, or if it is not a number.
  var value: Int? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(file, &bytes, bytes.count)
    guard count > 0 else { return nil }
    let digits = bytes[..<count].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// Whether this process may set it. In most containers it may not.
  var isWritable: Bool { access(path, W_OK) == 0 }

  func set(to value: Int) throws(AddressError) {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw AddressError("\(path) cannot be written: \(SystemReason(errno).text)")
    }
    defer { close(file) }
    let bytes = Array("\(value)\n".utf8)
    guard write(file, bytes, bytes.count) == bytes.count else {
      throw AddressError("\(path) cannot be set to \(value): \(SystemReason(errno).text)")
    }
  }
}
