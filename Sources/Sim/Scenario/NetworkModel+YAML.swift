import Engine
import FarmFile

extension ConfiguredNetworks {
  /// The network that clients use if the file names none: one LAN for everything.
  static let standard = NetworkModel(name: standardName)

  /// How each network behaves. Read last, since links name the farm's nodes.
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
  /// Reads another delay or loss for some senders or receivers.
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
