import Engine
import FarmFile

extension EventLog {
  /// Logs an event of a driver.
  public func note(_ event: DriverEvent, _ moment: DriverMoment) {
    let now = moment.at
    switch event {
    case .notice(let notice): note(notice, view: moment.view, epoch: moment.epoch, at: now)
    case .repaired(let text):
      limit.log(
        .warning, "somebody changed what farmd keeps in the kernel, repaired: \(text)", kind: "repaired",
        at: now)
    case .hostSetting(let text): limit.log(.notice, text, kind: "host setting", at: now)
    case .kernelRefused(let reason):
      limit.log(.error, "the kernel refuses: \(reason)", kind: "kernel refuses", at: now)
    case .kernelRecovered:
      limit.log(.notice, "the kernel does what it is asked again", kind: "kernel recovers", at: now)
    case .networkLost(let network, let error):
      limit.log(.error, "\(error)", kind: "lost \(network.rawValue)", at: now)
    case .networkBack(let network):
      limit.log(
        .notice, "network \(networkName(network)): heartbeats are sent again",
        kind: "back \(network.rawValue)",
        at: now)
    case .claimed(let claim, let node):
      limit.log(
        .error, "\(claim.words(node: node))\(claim.count > 1 ? " (\(claim.count) times)" : "")",
        kind: "claimed \(claim.address.text)", at: now)
    case .forged(let senders):
      limit.log(
        .error,
        "\(senders.words(node: name(senders.node)))\(senders.count > 2 ? " (\(senders.count) times)" : "")",
        kind: "forged \(senders.node.rawValue)", at: now)
    case .pathTooShort(let trouble):
      limit.log(.error, words(of: trouble), kind: "short \(trouble.subject)", at: now)
    case .pathLongEnough(let trouble):
      limit.log(.notice, "gone: \(words(of: trouble))", kind: "long \(trouble.subject)", at: now)
    case .untracked(let rule):
      limit.log(
        .error,
        "connections to the virtual IP are not tracked, and end after their handshake, because of \(rule.words); to fix: \(rule.removal)",
        kind: "untracked \(rule.words)", at: now)
    case .trackedAgain(let rule):
      limit.log(
        .notice, "gone, so connections are tracked again: \(rule.words)", kind: "tracked again \(rule.words)",
        at: now)
    case .configurationDiffers(let difference):
      logger.error(
        "\(text(of: difference))",
        metadata: ["view": "\(moment.view.hex)", "epoch": "\(moment.epoch.rawValue)"])
    case .peerKey(let node, let key):
      limit.log(
        .notice, "heartbeats of \(name(node)) are made with key \(key) now", kind: "key \(node.rawValue)",
        at: now)
    case .cannotStore(let reason): limit.log(.error, reason, kind: "cannot store", at: now)
    // Each such event already has its own line.
    case .farm: break
    }
  }
}
