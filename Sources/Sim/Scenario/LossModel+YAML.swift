import Engine
import FarmFile

extension LossModel {
  /// Reads `5 %` or `{gilbert: {enter: 1 %, leave: 30 %, good: 0 %, bad: 100 %}}`.
  init?(_ reader: YAMLReader) {
    guard reader.isMapping else {
      guard let share = reader.share() else { return nil }
      self = share == 0 ? LossModel.none : .independent(share)
      return
    }
    guard let keys = reader.keys(of: ScenarioSection.loss) else { return nil }
    for key in keys.present(among: ["uplink", "downlink"]) {
      reader.report("'\(key)' does not apply here", expected: "a percentage or 'gilbert'")
      return nil
    }
    guard let (_, value) = keys.one(of: ["gilbert"]) else { return nil }
    self.init(gilbert: value)
  }

  /// Reads the block of the burst model.
  private init?(gilbert reader: YAMLReader) {
    guard let keys = reader.keys(of: ScenarioSection.gilbert) else { return nil }
    let enter = keys.required("enter", expected: "the chance to turn bad, a frame")?.share()
    let leave = keys.required("leave", expected: "the chance to turn good again, a frame")?.share()
    let good = keys["good"].map { $0.share() } ?? 0
    let bad = keys["bad"].map { $0.share() } ?? 1
    guard let enter, let leave, let good, let bad else { return nil }
    self = .gilbertElliott(enter: enter, leave: leave, lossGood: good, lossBad: bad)
  }

  /// Uplink and downlink. A loss that names neither is downlink: each receiver loses its copy independently.
  static func directions(_ reader: YAMLReader) -> (uplink: LossModel, downlink: LossModel) {
    let nothing = LossModel.none
    guard reader.isMapping else { return (nothing, LossModel(reader) ?? nothing) }
    guard let keys = reader.keys(of: ScenarioSection.loss) else { return (nothing, nothing) }
    if let gilbert = keys["gilbert"] {
      for key in keys.present(among: ["uplink", "downlink"]) {
        reader.report("'\(key)' beside 'gilbert'", expected: "'gilbert' below uplink or downlink")
      }
      return (nothing, LossModel(gilbert: gilbert) ?? nothing)
    }
    let uplink = keys["uplink"].flatMap { LossModel($0) } ?? nothing
    let downlink = keys["downlink"].flatMap { LossModel($0) } ?? nothing
    return (uplink, downlink)
  }
}
