import Engine
import FarmFile

extension TrafficModel {
  /// One entry of the `traffic:` block.
  init?(_ reader: YAMLReader, farm: Farm, names: ScenarioNames) {
    guard let keys = reader.keys(of: ScenarioSection.traffic) else { return nil }
    let destination = Destination(keys, reader: reader, farm: farm, names: names)
    let arrivals = keys.required("arrivals", expected: "a rate, such as 2000/s").flatMap { ArrivalModel($0) }
    var clients = ClientModel(keys["clients"])
    let isUDP = destination?.transport == .udp
    let flow = FlowModel(keys["flow"], isUDP: isUDP)
    let session = keys["session"].flatMap { SessionModel($0) }
    if isUDP, let reader = keys["session"] {
      reader.report("a session of UDP requests", expected: "a TCP rule")
    }
    guard let destination, let arrivals else { return nil }
    clients.usesIPv6 = !destination.virtualIP.isIPv4
    for block in clients.addresses {
      if block.first.isIPv4 == clients.usesIPv6 {
        keys["clients"]?.report(
          "clients from \(block.first.text) cannot reach \(destination.virtualIP.text)",
          expected: "\(clients.usesIPv6 ? "IPv6" : "IPv4") addresses")
        break
      }
      if let own = farm.virtualIPs.first(where: block.contains) {
        keys["clients"]?.report("\(own.text) is an address of the farm, and of clients")
      }
    }
    self.init(
      name: keys["name"]?.text(expected: "a name") ?? destination.name, rule: destination.rule,
      virtualIP: destination.virtualIP, port: destination.port, arrivals: arrivals, clients: clients,
      flow: flow,
      datagrams: isUDP ? keys["flow"]?.keys(of: ScenarioSection.flow).flatMap { DatagramModel($0) } : nil,
      session: session)
  }
}

/// Where a stream of clients goes: the rule, one of its ports, one of its addresses.
private struct Destination {
  var rule: Int
  var name: String
  var port: UInt16
  var virtualIP: IPAddress
  var transport: Transport

  init?(_ keys: YAMLKeys, reader: YAMLReader, farm: Farm, names: ScenarioNames) {
    guard let (rule, wanted) = Destination.rule(keys, farm: farm, names: names) else { return nil }
    let settings = (farm.settings.rules + names.laterRules)[rule]
    let name = names.rules.names[rule]
    guard let first = settings.ports.first else { return nil }
    var port = UInt16(wanted ?? Int(first.first))
    if let value = keys["port"], let number = value.integer(in: 1...65535) {
      port = UInt16(number)
      let isCovered = settings.ports.contains { Int($0.first) <= number && number <= Int($0.last) }
      if !isCovered { value.report("port \(number) is not one of rule '\(name)'") }
    }
    let addresses = settings.virtualIPs.isEmpty ? farm.virtualIPs : settings.virtualIPs
    guard let address = Destination.address(keys, among: addresses, rule: name) else { return nil }
    (self.rule, self.name, self.port, virtualIP) = (rule, name, port, address)
    transport = settings.transport
  }

  /// A rule by its name, or by a port that it alone covers.
  private static func rule(
    _ keys: YAMLKeys, farm: Farm, names: ScenarioNames
  ) -> (rule: Int, port: Int?)? {
    let rules = farm.settings.rules + names.laterRules
    guard let value = keys["rule"] else {
      if farm.settings.rules.count == 1 { return (0, nil) }
      // A farm without rules is reported once, for all streams.
      if names.rules.isComplete, !names.rules.names.isEmpty {
        _ = keys.required("rule", expected: "the port or the name of a rule")
      }
      return nil
    }
    guard let text = value.text(expected: "the port or the name of a rule") else { return nil }
    guard let port = Int(text), !names.rules.names.contains(text) else {
      return names.rules.names.isEmpty ? nil : names.rules.index(value).map { ($0, nil) }
    }
    var covering = rules.indices.filter { index in
      rules[index].ports.contains { Int($0.first) <= port && port <= Int($0.last) }
    }
    // A rule that a reload changes counts as the same one.
    let own = covering.filter { $0 < farm.settings.rules.count }
    if !own.isEmpty { covering = own }
    let list = names.rules.names
    if covering.count == 1 { return (covering[0], port) }
    guard names.rules.isComplete else { return nil }
    if list.isEmpty { return nil }
    if covering.isEmpty {
      value.report("no rule covers port \(text)", expected: "one of " + list.joined(separator: ", "))
    } else {
      value.report(
        "several rules cover port \(text)",
        expected: "one of " + covering.map { list[$0] }.joined(separator: ", "))
    }
    return nil
  }

  private static func address(_ keys: YAMLKeys, among addresses: [IPAddress], rule: String) -> IPAddress? {
    let clients = keys["clients"]
    let flag = clients.flatMap { $0.isMapping ? $0.node.entry("ipv6") : nil }
    let wantsIPv6 = flag.flatMap { node -> Bool? in
      guard case .scalar(let text, _) = node.content else { return nil }
      return text == "true" || text == "yes"
    }
    if let value = keys["virtual_ip"] {
      guard let address = value.address(for: nil) else { return nil }
      if !addresses.isEmpty, !addresses.contains(address) {
        value.report(
          "\(address.text) is not an address of rule '\(rule)'",
          expected: addresses.map(\.text).joined(separator: " or "))
      }
      if let wantsIPv6, wantsIPv6 == address.isIPv4 {
        value.report("\(address.text) contradicts 'ipv6: \(wantsIPv6)' of the clients")
      }
      return address
    }
    if let address = addresses.first(where: { wantsIPv6 == nil || $0.isIPv4 != wantsIPv6 }) { return address }
    if let clients, !addresses.isEmpty, let wantsIPv6 {
      clients.report("rule '\(rule)' has no \(wantsIPv6 ? "IPv6" : "IPv4") address")
    }
    return nil
  }
}

extension YAMLNode {
  /// The value of a key of a mapping, without reading it.
  fileprivate func entry(_ key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }
}
