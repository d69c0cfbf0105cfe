import Engine
import FarmFile

/// The `networks:` block, in two steps: names and purposes, which the farm needs, then the models, which
/// need the names of the farm's nodes.
struct ConfiguredNetworks {
  var list: NameList
  /// Whether each carries the service.
  var carriesService: [Bool]
  private var blocks: [YAMLKeys?]

  /// What clients reach the virtual IP through if the file does not say: one LAN for everything.
  static let standard = NetworkModel(name: "lan")

  init(_ value: YAMLReader?) {
    list = NameList(kind: "network", names: [ConfiguredNetworks.standard.name])
    carriesService = [true]
    blocks = [nil]
    guard let value else { return }
    let before = value.log.count
    guard let entries = value.entries(expected: "a mapping of network names to their models") else {
      list = NameList(kind: "network", names: ["lan"], isComplete: false)
      return
    }
    guard 1...Limits.maximumNetworks ~= entries.count else {
      value.report("\(entries.count) networks", expected: "1 to \(Limits.maximumNetworks)")
      list = NameList(kind: "network", names: ["lan"], isComplete: false)
      return
    }
    blocks = entries.map { $0.value.node.isNull ? nil : $0.value.keys(of: ScenarioSection.network) }
    list = NameList(kind: "network", names: entries.map(\.key))
    carriesService = blocks.map { ConfiguredNetworks.carriesService($0?["carries"]) }
    if !carriesService.contains(true), value.log.count == before {
      value.report("no network carries the service", expected: "'carries: [service, heartbeat]' for one")
    }
  }

  /// Reads `carries:`. Every network carries heartbeats: those on the service network are mandatory, and a
  /// network without either would carry nothing.
  private static func carriesService(_ reader: YAMLReader?) -> Bool {
    guard let reader else { return true }
    let before = reader.log.count
    let purposes = reader.itemsOrSelf(atMost: 2).compactMap {
      $0.choice([("service", "service"), ("heartbeat", "heartbeat")])
    }
    if !purposes.contains("heartbeat"), reader.log.count == before {
      reader.report(
        "a network without heartbeats",
        expected: "heartbeat, too: a split that clients see must be seen by the nodes")
    }
    return purposes.contains("service")
  }

  func models(_ names: ScenarioNames) -> [NetworkModel] {
    zip(list.names, blocks).enumerated().map { i, entry in
      var model = ConfiguredNetworks.standard
      model.name = entry.0
      model.carriesService = carriesService[i]
      guard let keys = entry.1 else { return model }
      model.delay = keys["delay"].flatMap { DelayModel($0) } ?? model.delay
      if let loss = keys["loss"] { (model.uplinkLoss, model.downlinkLoss) = LossModel.directions(loss) }
      model.duplication = keys["duplication"]?.share() ?? model.duplication
      if let reordering = keys["reordering"] {
        if reordering.isMapping {
          let parts = reordering.keys(of: ScenarioSection.reordering)
          model.reordering = parts?.required("share", expected: "a percentage")?.share() ?? 0
          model.reorderingDelay =
            parts?["delay"]?.duration(in: .zero ... .seconds(60)) ?? model.reorderingDelay
        } else {
          model.reordering = reordering.share() ?? 0
        }
      }
      model.links = keys["links"]?.itemsOrSelf(atMost: 4096).compactMap { LinkModel($0, names: names) } ?? []
      return model
    }
  }
}

extension LinkModel {
  /// An exception for some senders or receivers.
  init?(_ reader: YAMLReader, names: ScenarioNames) {
    guard let keys = reader.keys(of: ScenarioSection.link) else { return nil }
    if keys["from"] == nil, keys["to"] == nil {
      reader.report("a link without nodes", expected: "'from' or 'to'")
    }
    if keys["delay"] == nil, keys["loss"] == nil {
      reader.report("a link that changes nothing", expected: "'delay' or 'loss'")
    }
    self.init(
      from: keys["from"].map(names.nodeSet) ?? names.allNodes,
      to: keys["to"].map(names.nodeSet) ?? names.allNodes,
      delay: keys["delay"].flatMap { DelayModel($0) }, loss: keys["loss"].flatMap { LossModel($0) })
  }
}
