import Engine
import FarmFile
import Synchronization

/// Keeps the line that `systemctl status` shows up to date: this node's status and its view. It also says when the
/// daemon ends, whoever has told it to leave.
public final class ServiceStatus: Sendable {
  private let socket: NotifySocket
  private let names: FarmNames
  private let node: NodeID
  private let view = Mutex("the view is empty")

  /// - Returns: `nil` if there is no service manager.
  public init?(_ socket: NotifySocket?, farm: Farm, node: NodeID) {
    guard let socket else { return nil }
    self.socket = socket
    names = FarmNames(farm)
    self.node = node
  }

  /// Takes an event of the driver; ignores events that change neither.
  public func note(_ event: DriverEvent, _ moment: DriverMoment) {
    guard case .notice(let notice) = event else { return }
    switch notice {
    case .view: view.withLock { $0 = names.text(of: notice, from: node) }
    // A daemon that takes over from another one has its view already.
    case .resumed(let members):
      let known = Notice.view(members: members, serving: members, digest: moment.view, epoch: moment.epoch)
      view.withLock { $0 = names.text(of: known, from: node) }
    case .status(.leaving, _), .status(.stopped, _): return socket.stopping(line(moment.status))
    case .status: break
    default: return
    }
    socket.status(line(moment.status))
  }

  private func line(_ status: Status) -> String {
    "\(names.name(node)) is \(status.name); \(view.withLock { $0 })"
  }
}
