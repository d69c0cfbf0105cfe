import FarmFile
import Glibc

/// Why the kernel's filter could not be read or changed. Each description is one line for people.
public enum FilterError: Error, Hashable, CustomStringConvertible {
  /// nftables refused a transaction, which therefore changed nothing; in nftables' own words.
  case nftables(String)
  /// The kernel's netlink socket failed while it was used for this.
  case netlink(doing: String, errno: Int32)
  /// Connection tracking could not be read or changed.
  case conntrack(doing: String, errno: Int32)
  /// A kernel setting under `/proc/sys` could not be read or written.
  case setting(path: String, errno: Int32)
  /// The filter was asked for something that it can never do; says what, and why.
  case invalid(String)

  public var description: String {
    switch self {
    case .nftables(let words): "nftables: \(words)"
    case .netlink(let doing, let errno): "netlink: cannot \(doing): \(Self.words(errno))"
    case .conntrack(let doing, let errno): "connection tracking: cannot \(doing): \(Self.words(errno))"
    case .setting(let path, let errno): "\(path): \(Self.words(errno))"
    case .invalid(let what): what
    }
  }

  private static func words(_ errno: Int32) -> String { SystemReason(errno).text }
}
