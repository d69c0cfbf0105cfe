import Engine

/// Whether a machine's cable is alive: what a node can know of its own deafness without any heartbeat.
extension World {
  /// Finds anew which nodes some frame of another machine gets to on a network that carries the service. The machine's own
  /// firewall does not matter, and neither does loss by chance: the interface is up, and not everything is lost on the way to
  /// it. Others are the clients' router, and every machine that has power and does not stand still.
  mutating func lookForFrames() {
    var running = NodeSet.empty
    for n in machines.indices where machines[n].isPowered && !machines[n].isPaused {
      running.insert(NodeID(n))
    }
    var arrive = NodeSet.empty
    for network in networks where network.model.carriesService {
      arrive = arrive.union(network.clients.reached)
      for sender in running { arrive = arrive.union(network.frames(of: sender)) }
    }
    for n in machines.indices where !machines[n].isPowered { arrive.remove(NodeID(n)) }
    if arrive == framesArrive { return }
    let changed = NodeSet(bits: arrive.bits ^ framesArrive.bits)
    framesArrive = arrive
    framesChanged(changed)
  }

  /// Whether any frame arrives has just changed for these nodes; ``framesArrive`` says how.
  private mutating func framesChanged(_ nodes: NodeSet) { for node in nodes { watchFrames(node.index) } }

  /// Has a daemon notice in time whether frames arrive. It looks twice a heartbeat interval, and asks for two intervals
  /// before it believes that none do.
  mutating func watchFrames(_ n: Int) {
    machines[n].framesSerial &+= 1
    let arrive = framesArrive.contains(NodeID(n))
    guard machines[n].isPowered, arrive != machines[n].toldFramesArrive else { return }
    let interval = scenario.farm.settings.heartbeat.interval
    let pause = arrive ? interval / 2 : 2 * interval
    queue.insert(at: now + pause, Event(.frames, node: n, index: machines[n].framesSerial))
  }

  mutating func noticeFrames(_ n: Int, serial: UInt32) {
    guard serial == machines[n].framesSerial, machines[n].isDaemonRunning else { return }
    machines[n].toldFramesArrive = framesArrive.contains(NodeID(n))
    give(.frames(arrive: machines[n].toldFramesArrive), to: n)
  }
}
