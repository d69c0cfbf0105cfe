import Engine

/// Whether a machine's cable is alive: how a node can notice that it is deaf without any heartbeat.
extension World {
  /// Recomputes which nodes frames of another machine can reach on a network that carries the service.
  ///
  /// The interface must be up and not everything lost on the way to it. The machine's own firewall does not matter, and
  /// neither does loss by chance. Other machines are the clients' router, and every node that has power and is not
  /// paused.
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

  /// For these nodes it has just changed whether frames arrive; ``framesArrive`` has the new answer.
  private mutating func framesChanged(_ nodes: NodeSet) { for node in nodes { watchFrames(node.index) } }

  /// Schedules when a daemon notices that frames have begun or ceased to arrive. It looks twice a heartbeat interval,
  /// and believes that none arrive after two intervals without any.
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
