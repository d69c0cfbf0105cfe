import Engine
import FarmFile

extension EventLog {
  /// Takes what a driver says.
  public func note(_ event: DriverEvent, _ moment: DriverMoment) {
    switch event {
    case .notice(let notice): note(notice, view: moment.view, epoch: moment.epoch, at: moment.at)
    case .repaired(let text):
      logger.warning("somebody changed what farmd keeps in the kernel, repaired: \(text)")
    case .hostSetting(let text): logger.notice("\(text)")
    case .kernelRefused(let reason): logger.error("the kernel refuses: \(reason)")
    case .kernelRecovered: logger.notice("the kernel does what it is asked again")
    case .networkLost(_, let error): logger.error("\(error)")
    case .networkBack(let network):
      logger.notice("network \(networkName(network)): heartbeats are sent again")
    case .claimed(let claim, let node):
      logger.error("\(claim.words(node: node))\(claim.count > 1 ? " (\(claim.count) times)" : "")")
    case .forged(let senders):
      logger.error(
        "\(senders.words(node: name(senders.node)))\(senders.count > 2 ? " (\(senders.count) times)" : "")")
    case .pathTooShort(let trouble): logger.error("\(words(of: trouble))")
    case .pathLongEnough(let trouble): logger.notice("gone: \(words(of: trouble))")
    case .untracked(let rule):
      logger.error(
        "connections to the virtual IP are not tracked, and end after their handshake, because of \(rule.words); to fix: \(rule.removal)"
      )
    case .trackedAgain(let rule): logger.notice("gone, so connections are tracked again: \(rule.words)")
    case .configurationDiffers(let difference):
      logger.error(
        "\(text(of: difference))",
        metadata: ["view": "\(moment.view.hex)", "epoch": "\(moment.epoch.rawValue)"])
    case .peerKey(let node, let key):
      logger.notice("heartbeats of \(name(node)) are made with key \(key) now")
    case .cannotStore(let reason): logger.error("\(reason)")
    // Each has its own line already.
    case .farm: break
    }
  }
}
