import Engine

/// The rules of a farm, in order: the first that matches a packet decides.
struct ConfiguredRules {
  var list = NameList(kind: "rule", names: [])
  var rules: [FilterRule] = []

  init(_ value: YAMLReader?, addresses: VirtualIPs, groups: NameList) {
    guard let value else { return }
    let before = value.log.count
    var names: [String] = []
    for item in value.itemsOrSelf(atMost: Limits.maximumRules) {
      let keys = item.keys(of: FarmSection.rule)
      let transport = keys?["protocol"]?.choice([("tcp", Transport.tcp), ("udp", .udp)]) ?? .tcp
      let ports = ConfiguredRules.ports(keys)
      let rule = FilterRule(
        transport: transport, ports: ports,
        virtualIPs: ConfiguredRules.virtualIPs(keys?["virtual_ip"], among: addresses),
        group: ConfiguredRules.group(keys, groups: groups),
        identity: keys?["identity"].flatMap(ClientIdentity.init) ?? .address)
      let name = keys?["name"]?.text(expected: "a name") ?? ConfiguredRules.name(rule)
      if names.contains(name) {
        // Two rules for the same ports on different addresses are told apart by their position.
        if keys?["name"] != nil { item.report("rule '\(name)' is listed twice") }
        names.append("\(name)#\(names.count + 1)")
      } else {
        names.append(name)
      }
      rules.append(rule)
    }
    list = NameList(kind: "rule", names: names, isComplete: value.log.count == before)
  }

  /// The name of a rule that has none in the file: `tcp/80`, `tcp/8000-8099`, `udp/53,5353`.
  private static func name(_ rule: FilterRule) -> String {
    let ports = rule.ports.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }
    return (rule.transport == .tcp ? "tcp/" : "udp/") + ports.joined(separator: ",")
  }

  private static func ports(_ keys: YAMLKeys?) -> [PortRange] {
    let expected = "a port, a range such as 8000-8099, or a list of them"
    guard let value = keys?.required("port", expected: expected) else { return [] }
    var ranges: [PortRange] = []
    for item in value.itemsOrSelf(atMost: Limits.maximumPortRanges) {
      guard let text = item.text(expected: expected) else { continue }
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
        ConfiguredRules.number($0.split(separator: " ").joined(separator: " "))
      }
      guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1] else {
        item.report("'\(text)' is not a port", expected: item.bracketed() ?? expected)
        continue
      }
      guard 1...65535 ~= first, 1...65535 ~= last, first <= last else {
        item.report("'port' is out of range: \(text)", expected: "1 to 65535, the lower end first")
        continue
      }
      let range = PortRange(UInt16(first), UInt16(last))
      if ranges.contains(where: { $0.first <= range.last && range.first <= $0.last }) {
        item.report("port \(text) is covered twice by one rule")
      }
      ranges.append(range)
    }
    if case .list([]) = value.node.content { value.report("no port", expected: expected) }
    return ranges
  }

  /// A whole number. One too large for the type is the largest there is, so that it is reported as out of range.
  private static func number(_ text: String) -> Int? {
    let isNumber = !text.isEmpty && text.utf8.allSatisfy { 48...57 ~= $0 }
    return Int(text) ?? (isNumber ? .max : nil)
  }

  private static func virtualIPs(_ value: YAMLReader?, among known: VirtualIPs) -> [IPAddress] {
    var list: [IPAddress] = []
    for item in value?.itemsOrSelf(atMost: Limits.maximumVirtualIPs) ?? [] {
      guard let address = item.address(for: .virtualIP) else { continue }
      if list.contains(address) {
        item.report("\(address.text) is listed twice")
      } else if known.isComplete, !known.list.contains(address) {
        item.report(
          "\(address.text) is not a virtual IP of this farm",
          expected: item.listed(known.list.map(\.text)))
      }
      list.append(address)
    }
    if let value, case .list([]) = value.node.content {
      value.report("no virtual IP", expected: "at least one, or no 'virtual_ip' for all of them")
    }
    return list
  }

  private static func group(_ keys: YAMLKeys?, groups: NameList) -> GroupID {
    if let value = keys?["group"] { return GroupID(groups.index(value) ?? 0) }
    if groups.names.count > 1 {
      _ = keys?.required("group", expected: "one of \(groups.names.joined(separator: ", "))")
    }
    return GroupID(0)
  }
}
