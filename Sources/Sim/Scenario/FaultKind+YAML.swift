import Engine
import FarmFile

extension FaultKind {
  /// Reads what happens from the kind's key and its value.
  init?(_ key: FaultKey, _ value: YAMLReader, farm: WrittenFarm, names: ScenarioNames) {
    switch key {
    case .crash: self = .crash(names.machines(value))
    case .restart: self = .restart(names.machines(value))
    case .stop: self = .stop(names.machines(value))
    case .leave: self = .leave(names.machines(value))
    case .resume: self = .resume(names.machines(value))
    case .pause: self = .pause(names.machines(value))
    case .stall: self = .stall(names.machines(value))
    case .kill: self = .kill(names.machines(value))
    case .upgrade: self = .upgrade(names.machines(value))
    case .commitFailure: self = .commitFailure(names.machines(value))
    case .drain: self.init(drain: value, names: names)
    case .weight: self.init(weight: value, farm: farm.farm, names: names)
    case .reload: self.init(reload: value, farm: farm, names: names)
    case .loss: self.init(loss: value, names: names)
    case .delay: self.init(delay: value, names: names)
    case .oneWayCut: self.init(oneWayCut: value, names: names)
    case .pairCut: self.init(pairCut: value, names: names)
    case .partition: self.init(partition: value, names: names)
    case .bridge: self.init(bridge: value, names: names)
    case .networkDown: self = .networkDown(names.networkSet(value))
    case .interfaceDown: self.init(interfaceDown: value, names: names)
    case .blockHeartbeats: self.init(blockHeartbeats: value, names: names)
    case .applicationCrash: self = .applicationCrash(names.machines(value))
    case .applicationHang: self = .applicationHang(names.machines(value))
    case .applicationSlow: self.init(applicationSlow: value, names: names)
    }
  }

  /// `drain: node1` or `drain: {nodes: node1, deadline: 30 s, force: true}`.
  private init?(drain value: YAMLReader, names: ScenarioNames) {
    guard value.isMapping else {
      self = .drain(names.machines(value), deadline: nil, isForced: false)
      return
    }
    guard let keys = value.keys(of: ScenarioSection.drain) else { return nil }
    let deadline = keys["deadline"]?.duration(in: Limits.waiting)
    let isForced = keys["force"]?.flag() ?? false
    guard let nodes = keys.required("nodes", expected: "the nodes to drain") else { return nil }
    self = .drain(names.machines(nodes), deadline: deadline, isForced: isForced)
  }

  /// `weight: {node: node1, group: web, weight: 50}`; `group` may be left out if there is only one.
  private init?(weight value: YAMLReader, farm: Farm, names: ScenarioNames) {
    guard let keys = value.keys(of: ScenarioSection.weight) else { return nil }
    let nodes = keys.required("node", expected: "the nodes").map(names.nodeSet)
    var group: Int? = 0
    if let reader = keys["group"] {
      group = names.groups.index(reader)
    } else if names.groups.names.count > 1 {
      group = keys.required("group", expected: "one of \(names.groups.names.joined(separator: ", "))").flatMap
      {
        names.groups.index($0)
      }
    }
    let reader = keys.required("weight", expected: "a weight, 0 to the configured one")
    guard let nodes, let group, let reader, let weight = reader.integer(in: 0...Int(Limits.maximumWeight))
    else { return nil }
    for node in nodes where names.groups.isComplete && names.nodes.isComplete {
      let configured = farm.settings.groups[group].weight(of: node)
      guard weight > Int(configured) else { continue }
      reader.report(
        "weight \(weight) above the configured \(configured) of \(names.nodes.names[node.index])",
        expected: "0 to \(configured): a running farm can only take buckets away")
    }
    self = .weight(nodes, GroupID(group), UInt16(weight))
  }

  /// `reload: {nodes: [node1, node2], farm: {heartbeat: {interval: 50 ms}}, without: groups.mail}`; `reload: node1`
  /// reads the file unchanged.
  private init?(reload value: YAMLReader, farm: WrittenFarm, names: ScenarioNames) {
    guard value.isMapping else {
      guard let reload = farm.changed() else { return nil }
      self = .reload(names.nodeSet(value), reload)
      return
    }
    guard let keys = value.keys(of: ScenarioSection.reload) else { return nil }
    let nodes = keys["nodes"].map(names.nodeSet) ?? names.allNodes
    guard let reload = farm.changed(by: keys["farm"], without: keys["without"]) else { return nil }
    self = .reload(nodes, reload)
  }

  /// `application_slow: {node: node2, delay: 2 s}`.
  private init?(applicationSlow value: YAMLReader, names: ScenarioNames) {
    guard let keys = value.keys(of: ScenarioSection.applicationSlow) else { return nil }
    let nodes = keys.required("node", expected: "the nodes").map(names.nodeSet)
    let reader = keys.required("delay", expected: "how much later it answers, such as 2 s")
    guard let nodes, let delay = reader?.duration(in: .milliseconds(1)...(.seconds(3600))) else { return nil }
    self = .applicationSlow(nodes, delay: delay)
  }

  /// `interface_down: {node: node2, network: lan}`.
  private init?(interfaceDown value: YAMLReader, names: ScenarioNames) {
    guard let keys = value.keys(of: ScenarioSection.interfaceDown),
      let nodes = keys.required("node", expected: "the nodes")
    else { return nil }
    self = .interfaceDown(names.nodeSet(nodes), names.networkSet(keys["network"]))
  }
}
