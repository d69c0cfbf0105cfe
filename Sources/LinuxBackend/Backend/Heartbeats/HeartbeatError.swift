import FarmFile
import Glibc

/// Why a heartbeat socket cannot be opened; its description is one line for the operator.
public struct HeartbeatError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Step: Sendable, Hashable {
    case interface, bind
    /// The address is on this other interface instead.
    case elsewhere(String)
    case option(String)
  }

  /// The network's name.
  public var network: String
  public var interface: String
  public var address: String
  public var port: UInt16
  public var step: Step
  public var errno: Int32

  /// Whether the address is missing, as it is for a moment while the kernel checks that no other machine has it.
  var isAddressMissing: Bool { step == .bind && errno == EADDRNOTAVAIL }

  public var description: String {
    let reason =
      switch (step, errno) {
      case (.interface, _): "there is no interface \(interface)"
      case (.elsewhere(let other), _): "\(address) is an address of \(other), not of \(interface)"
      case (.bind, EADDRNOTAVAIL): "\(address) is not an address of this machine"
      case (.bind, EADDRINUSE): "UDP port \(port) of \(address) is in use; does another farmd run here?"
      case (.bind, _): "cannot bind UDP port \(port) of \(address): \(text)"
      case (.option(let name), EPERM): "\(name) needs root or CAP_NET_RAW"
      case (.option(let name), _): "\(name) on \(interface): \(text)"
      }
    return "network \(network): \(reason)"
  }

  private var text: String { SystemReason(errno).text }
}
