import FarmFile

/// The mappings of a scenario file outside its `farm:` block, and the keys that each may have.
public enum ScenarioSection: String, KeySection {
  case scenario, network, delay, loss, gilbert, reordering, link, kernel
  case traffic, arrivals, onOff, clients, nat, flow, flowDuration, durationShare, session
  case fault, faultTime, drain, faultLoss, faultDelay, oneWayCut, pairCut, partition, bridge, interfaceDown,
    blockHeartbeats, weight, reload
  case applicationSlow
  case run

  public var path: String? {
    switch self {
    case .scenario: ""
    case .network: "networks"
    case .kernel, .traffic, .run: rawValue
    case .fault: "faults"
    case .arrivals, .clients, .flow, .session: "traffic.\(rawValue)"
    case .nat: "traffic.clients.nat"
    case .onOff: "traffic.arrivals.on_off"
    case .delay, .loss, .gilbert, .reordering, .link, .flowDuration, .durationShare, .faultTime, .drain,
      .faultLoss, .faultDelay, .oneWayCut, .pairCut, .partition, .bridge, .interfaceDown, .blockHeartbeats,
      .weight, .reload, .applicationSlow:
      nil
    }
  }

  public var keys: [String] {
    switch self {
    case .scenario: FileSection.file.keys
    case .network: FileSection.network.keys
    case .delay: ["constant", "uniform", "normal", "lognormal"]
    case .loss: ["uplink", "downlink", "gilbert"]
    case .gilbert: ["enter", "leave", "good", "bad"]
    case .reordering: ["share", "delay"]
    case .link: ["from", "to", "delay", "loss"]
    case .kernel: ["commit", "timer"]
    case .traffic: ["name", "rule", "virtual_ip", "port", "arrivals", "clients", "flow", "session"]
    case .arrivals: ["poisson", "constant", "on_off"]
    case .onOff: ["rate", "on", "off"]
    case .clients: ["population", "zipf", "nat", "addresses", "ipv6"]
    case .nat: ["share", "addresses"]
    case .flow: ["duration", "segment_interval", "segment_bytes", "retries", "resets"] + DatagramModel.keys
    case .flowDuration: ["constant", "exponential", "lognormal", "pareto", "table"]
    case .durationShare: ["share", "duration"]
    case .session: ["connections", "think_time"]
    case .fault: ["at", "for", "until", "every", "times", "in_turn"] + FaultKey.allCases.map(\.rawValue)
    case .faultTime: ScenarioSection.delay.keys + ["exponential"]
    case .drain: ["nodes", "deadline", "force"]
    case .faultLoss: ["network", "uplink", "downlink", "receivers", "senders"]
    case .faultDelay: ["network"] + ScenarioSection.delay.keys
    case .oneWayCut: ["from", "to", "network"]
    case .pairCut: ["left", "right", "network"]
    case .partition: ["sides", "network"]
    case .bridge: ["left", "right", "by", "network"]
    case .interfaceDown: ["node", "network"]
    case .blockHeartbeats: ["node", "direction", "network"]
    case .weight: ["node", "group", "weight"]
    case .reload: ["nodes", "farm", "without"]
    case .applicationSlow: ["node", "delay"]
    case .run: ["duration", "seed", "trials", "warm_up"]
    }
  }
}
