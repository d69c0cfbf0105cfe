import Engine

extension LifeSettings {
  /// Reads its keys of the `farm:` block.
  init(_ keys: YAMLKeys?) {
    self.init()
    if let reader = keys?["failback"] {
      if reader.isMapping {
        let time = reader.keys(of: FarmSection.failback)?.required("delayed", expected: "a time")
        failback = time?.duration(in: Limits.waiting).map { .delayed($0) } ?? failback
      } else {
        // "delayed" alone has no time to wait.
        failback = reader.choice([("automatic", .automatic), ("manual", .manual)]) ?? failback
      }
    }
    alone =
      keys?["alone"]?.choice([("availability", .availability), ("witness", .witness), ("quorum", .quorum)])
      ?? alone
    drainDeadline =
      keys?["drain_deadline"]?.duration(in: Limits.waiting) ?? drainDeadline
    guard let reader = keys?["flap"] else { return }
    if case .scalar("off", _) = reader.node.content {
      flapPenalty = 0
      return
    }
    guard let flap = reader.keys(of: FarmSection.flap) else { return }
    flapPenalty = flap["penalty"]?.integer(in: Limits.flapPoints) ?? flapPenalty
    flapSuppress = flap["suppress"]?.integer(in: 1...Limits.flapPoints.upperBound) ?? flapSuppress
    flapReuse = flap["reuse"]?.integer(in: 1...Limits.flapPoints.upperBound) ?? flapReuse
    flapHalfLife =
      flap["half_life"]?.duration(in: Limits.flapHalfLife) ?? flapHalfLife
  }
}

extension FlowSettings {
  /// Reads its keys of the `farm:` block.
  init(_ keys: YAMLKeys?) {
    self.init()
    grace = keys?["flow_grace"]?.duration(in: Limits.waiting) ?? grace
    resetsUnknownSegments = keys?["reset_unknown_segments"]?.flag() ?? resetsUnknownSegments
  }
}
