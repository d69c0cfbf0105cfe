import Engine
import Glibc
import NIOCore

extension IPAddress {
  /// The address of a peer; `nil` for a Unix socket. An IPv4 address that is mapped into IPv6 becomes IPv4 again.
  init?(_ address: SocketAddress) {
    switch address {
    case .v4(let v4): self.init(v4: UInt32(bigEndian: v4.address.sin_addr.s_addr))
    case .v6(let v6):
      let (high, low) = withUnsafeBytes(of: v6.address.sin6_addr) {
        (
          UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
          UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
      }
      if high == 0, low >> 32 == 0xffff {
        self.init(v4: UInt32(truncatingIfNeeded: low))
      } else {
        self.init(v6: high, low)
      }
    case .unixDomainSocket: return nil
    }
  }

  /// The address in the kernel's form; `nil` for another family.
  init?(_ address: sockaddr_storage) {
    switch Int32(address.ss_family) {
    case AF_INET: self.init(bytes: withUnsafeBytes(of: address) { Array($0[4..<8]) })
    case AF_INET6: self.init(bytes: withUnsafeBytes(of: address) { Array($0[8..<24]) })
    default: return nil
    }
  }

  /// Calls `body` with the address in the kernel's form.
  /// - Parameter scope: the interface's index, for addresses that are valid on one link only.
  package func withSocketAddress<T>(
    port: UInt16, scope: UInt32 = 0, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
  ) -> T {
    if isIPv4 {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = port.bigEndian
      address.sin_addr.s_addr = UInt32(truncatingIfNeeded: low).bigEndian
      return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_scope_id = isLinkLocal || isMulticast ? scope : 0
    withUnsafeMutableBytes(of: &address.sin6_addr) {
      $0.storeBytes(of: high.bigEndian, as: UInt64.self)
      $0.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
  }
}
