/// Why a control socket cannot be opened or reached; each in one line.
public enum ControlError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Another daemon answers there.
  case inUse(path: String)
  case cannotListen(path: String, reason: String)
  /// Metrics are served to this machine alone.
  case notLoopback(String)
  case tooManyClients
  /// No daemon runs there, or this process may not reach it.
  case noDaemon(path: String, reason: String)
  /// Something answers that is no daemon of this version.
  case garbled(path: String)

  public var description: String {
    switch self {
    case .inUse(let path): "\(path): another farmd answers there"
    case .cannotListen(let path, let reason): "\(path): cannot listen: \(reason)"
    case .notLoopback(let address):
      "\(address): metrics are served to this machine alone; expected an address of 127.0.0.0/8 or [::1]"
    case .tooManyClients: "too many clients of the control socket"
    case .noDaemon(let path, let reason): "no farmd answers at \(path): \(reason)"
    case .garbled(let path): "\(path): what answers there is no farmd of this version"
    }
  }
}
