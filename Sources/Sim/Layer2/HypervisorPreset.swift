/// Kinds of hypervisors' switches, with VMware's defaults. What newer versions than 6.x have is assumed to be the same.
enum HypervisorPreset: String, Sendable, CaseIterable {
  /// A standard switch: MAC changes and forged transmits are accepted, promiscuous mode is not.
  case standard = "esx-standard"
  /// A distributed switch: all three are rejected.
  case distributed = "esx-distributed"
  /// A distributed switch with MAC learning, which is off by default.
  case distributedLearning = "esx-distributed-learning"
  /// A standard switch as Microsoft NLB in unicast mode needs it: `Notify Switches` No.
  case nlbUnicast = "esx-nlb-unicast"
  /// A standard switch as a shared MAC needs it that no card has as its own: promiscuous mode accepted.
  case promiscuous = "esx-promiscuous"

  var settings: HypervisorSwitch.Settings {
    var settings = HypervisorSwitch.Settings()
    switch self {
    case .standard: break
    case .distributed: (settings.macChanges, settings.forgedTransmits) = (false, false)
    case .distributedLearning: settings.learning = HypervisorSwitch.Learning()
    case .nlbUnicast: settings.notifiesSwitches = false
    case .promiscuous: settings.promiscuous = true
    }
    return settings
  }
}
