import Engine
import Glibc

extension IPAddress {
  /// The interface of this machine that has the address; `nil` if the given one has it, if none has it, or if the
  /// kernel does not say.
  func otherHolder(than interface: String) -> String? {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return nil }
    defer { freeifaddrs(list) }
    var holder: String?
    var next = list
    while let entry = next?.pointee {
      next = entry.ifa_next
      guard let raw = entry.ifa_addr, IPAddress(raw) == self else { continue }
      // An address may have a label, as in eth0:1.
      let name = String(String(cString: entry.ifa_name).prefix { $0 != ":" })
      if name == interface { return nil }
      holder = name
    }
    return holder
  }

  private init?(_ address: UnsafePointer<sockaddr>) {
    var copy = sockaddr_storage()
    switch Int32(address.pointee.sa_family) {
    case AF_INET: memcpy(&copy, address, MemoryLayout<sockaddr_in>.size)
    case AF_INET6: memcpy(&copy, address, MemoryLayout<sockaddr_in6>.size)
    default: return nil
    }
    self.init(copy)
  }
}
