import Engine

/// The `farm:` block as read, with the names that other blocks refer to.
///
/// Each part reads its own keys and reports what is wrong there; what could not be read has its default, so
/// that the rest is checked all the same. Only if every part is well formed are the settings asked for
/// contradictions.
public struct FarmBlock: Sendable {
  /// Complete only if reading it reported nothing.
  public var farm: Farm
  public var nodes: NameList
  public var groups: NameList
  public var rules: NameList

  /// Reads the block.
  /// - Parameters:
  ///   - reader: at the value of `farm:`.
  ///   - networks: the heartbeat networks, read elsewhere.
  public init(_ reader: YAMLReader, networks: [(name: String, carriesService: Bool)]) {
    let before = reader.log.count
    let keys = reader.keys(of: FarmSection.farm)
    let nodes = ConfiguredNodes(keys)
    let addresses = FarmBlock.virtualIPs(keys)
    let groups = ConfiguredGroups(keys?["groups"], nodes: nodes)
    self.nodes = nodes.list
    self.groups = groups.list
    var rules = ConfiguredRules(keys?["rules"], addresses: addresses, groups: groups.list)
    // Where nothing is written, everything is missing for one reason, and that has been reported.
    if keys?.isEmpty ?? true {
      rules.list = NameList(kind: rules.list.kind, names: [], isComplete: false)
      self.groups = NameList(kind: groups.list.kind, names: groups.list.names, isComplete: false)
    }
    self.rules = rules.list

    var settings = Settings(nodeCount: nodes.list.names.count)
    settings.farmID = UInt32(keys?["id"]?.integer(in: 0...Int(UInt32.max)) ?? 1)
    settings.networks = networks.map { NetworkSettings(carriesService: $0.carriesService) }
    settings.heartbeat = HeartbeatSettings(profile: keys?["profile"], block: keys?["heartbeat"])
    settings.groups = groups.settings
    settings.rules = rules.rules
    settings.unmatched =
      keys?["unmatched"]?.choice([("deny", .deny), ("default_node", .defaultNode)]) ?? .deny
    settings.life = LifeSettings(keys)
    settings.flows = FlowSettings(keys)
    let application = ApplicationSettings(keys?["application"])
    let checkers = ConfiguredCheckers(keys?["checkers"], commands: application.commands)
    farm = Farm(
      nodes: nodes.list.names, virtualIPs: addresses.list, groups: groups.list.names,
      networks: networks.map(\.name), settings: settings, rules: rules.list.names,
      checkers: checkers.list, application: application, notify: NotifySettings(keys?["notify"]))
    // Ask for contradictions only between settings that are each well formed.
    guard reader.log.count == before else { return }
    farm.settings.surroundings = FileKeys.shared(farm, nil).digest
    // What is wrong with the networks was reported where they were read.
    reader.report(settings.problems().filter { reader.log.isEmpty || $0.path != .networks })
  }

  /// Reports a farm without rules, for a command that asks which node serves a client.
  /// - Parameter reader: at the value of `farm:`.
  public func requireRules(_ reader: YAMLReader) {
    guard rules.isComplete, farm.settings.rules.isEmpty else { return }
    reader.log.add(
      reader.node.place(of: ["rules"]), "the farm has no rules, so no client is balanced",
      expected: "'rules', such as [{port: 80}]")
  }

  /// The addresses of `virtual_ip:`, one or a list.
  private static func virtualIPs(_ keys: YAMLKeys?) -> VirtualIPs {
    guard let value = keys?.required("virtual_ip", expected: "an address, such as 192.0.2.100") else {
      return VirtualIPs(list: [], isComplete: false)
    }
    let before = value.log.count
    var list: [IPAddress] = []
    for item in value.itemsOrSelf(atMost: Limits.maximumVirtualIPs) {
      guard let address = item.address(for: .virtualIP) else { continue }
      if list.contains(address) { item.report("virtual IP \(address.text) is listed twice") }
      list.append(address)
    }
    if list.isEmpty, value.log.count == before {
      value.report("no virtual IP", expected: "at least one address")
    }
    return VirtualIPs(list: list, isComplete: value.log.count == before)
  }
}

/// The virtual IPs of a farm, and whether all of them could be read.
struct VirtualIPs {
  var list: [IPAddress]
  var isComplete: Bool
}

extension YAMLReader {
  /// An IPv4 or IPv6 address. - Parameter use: what the address is for; `nil` if it need not be a machine's.
  public func address(for use: AddressUse?) -> IPAddress? {
    let expected = "an address, such as 192.0.2.100 or 2001:db8::100"
    guard let text = text(expected: expected) else { return nil }
    guard let address = IPAddress(parsing: text) else {
      report("'\(text)' is not an address", expected: (text.contains(", ") ? bracketed() : nil) ?? expected)
      return nil
    }
    if let refusal = use?.refusal(of: address) {
      report(refusal.why, expected: refusal.expected)
      return nil
    }
    return address
  }
}
