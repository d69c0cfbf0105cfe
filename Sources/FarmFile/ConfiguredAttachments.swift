import Engine

/// Where every node is on every network: `interfaces:` and `addresses:` of the `linux:` block.
///
/// `interfaces:` names one interface a network, for all nodes. `addresses:` gives each node an address on
/// each network, and may name another interface for that node. A missing address is reported only if the
/// names of all nodes and networks could be read.
struct ConfiguredAttachments {
  /// By node id, then network id.
  private(set) var attachments: [[NodeAttachment]]
  /// By network id, whether its addresses are IPv4; `nil` where none could be read.
  private(set) var isIPv4: [Bool?]

  private let nodes: NameList
  private let networks: NameList
  private let virtualIPs: [IPAddress]
  /// By network id.
  private var interfaces: [String?]
  private var owners: [IPAddress: String] = [:]

  init(_ keys: YAMLKeys?, block: FarmBlock, networks: ConfiguredNetworks) {
    nodes = block.nodes
    self.networks = networks.list
    virtualIPs = block.farm.virtualIPs
    let names = networks.list.names
    let nothing = NodeAttachment(address: IPAddress(v4: 0), interface: "")
    attachments = Array(repeating: Array(repeating: nothing, count: names.count), count: nodes.names.count)
    isIPv4 = Array(repeating: nil, count: names.count)
    interfaces = Array(repeating: nil, count: names.count)
    guard let keys else { return }
    readInterfaces(keys["interfaces"])
    let expected =
      "a mapping of nodes to their addresses, such as {\(nodes.names[0]): {\(names[0]): 10.77.0.1}}"
    guard let reader = keys.required("addresses", expected: expected),
      let entries = reader.entries(expected: expected)
    else { return }
    var isThere = Array(repeating: false, count: nodes.names.count)
    for entry in entries {
      guard let node = nodes.index(of: entry.key, at: entry.place, log: reader.log) else { continue }
      isThere[node] = true
      readNode(entry.value, node: node)
    }
    guard nodes.isComplete, self.networks.isComplete else { return }
    for (node, isThere) in isThere.enumerated() where !isThere {
      reader.report("node '\(nodes.names[node])' has no address", expected: "one on each network")
    }
  }

  /// One name for all networks if there is one network, or a mapping of networks to names.
  private mutating func readInterfaces(_ reader: YAMLReader?) {
    guard let reader else { return }
    for entry in reader.entries(expected: "a mapping of networks to interfaces, such as {lan: eth0}") ?? [] {
      guard let network = networks.index(of: entry.key, at: entry.place, log: reader.log) else { continue }
      // The problem has been reported. The name stands in, so that it is not reported for each node again.
      interfaces[network] = entry.value.interfaceName() ?? "?"
    }
  }

  private mutating func readNode(_ reader: YAMLReader, node: Int) {
    guard let entries = reader.entries(expected: "a mapping of networks to addresses") else { return }
    var isThere = Array(repeating: false, count: networks.names.count)
    for entry in entries {
      guard let network = networks.index(of: entry.key, at: entry.place, log: reader.log) else { continue }
      isThere[network] = true
      readAttachment(entry.value, node: node, network: network)
    }
    guard networks.isComplete else { return }
    for (network, isThere) in isThere.enumerated() where !isThere {
      reader.report(
        "node '\(nodes.names[node])' has no address on network '\(networks.names[network])'",
        expected: "one on each network")
    }
  }

  /// An address, or a mapping of address and interface.
  private mutating func readAttachment(_ reader: YAMLReader, node: Int, network: Int) {
    var value = reader
    var interface = interfaces[network]
    if reader.isMapping {
      guard let keys = reader.keys(of: LinuxSection.attachment) else { return }
      if let own = keys["interface"] { interface = own.interfaceName() ?? "?" }
      guard let address = keys.required("address", expected: "an address, such as 10.77.0.1") else { return }
      value = address
    }
    if let interface {
      attachments[node][network].interface = interface
    } else {
      reader.report(
        "node '\(nodes.names[node])' has no interface on network '\(networks.names[network])'",
        expected: "'interfaces: {\(networks.names[network]): eth0}', or one for this node alone")
    }
    guard let address = value.address(for: .node), isDedicated(address, value) else { return }
    attachments[node][network].address = address
    let place = "\(nodes.names[node]) on \(networks.names[network])"
    if let other = owners.updateValue(place, forKey: address) {
      value.report("\(address.text) is also the address of \(other)", expected: "one of its own")
    }
    if let family = isIPv4[network], family != address.isIPv4 {
      value.report(
        "\(address.text) among \(family ? "IPv4" : "IPv6") addresses", expected: "one family on a network")
    }
    isIPv4[network] = isIPv4[network] ?? address.isIPv4
  }

  private func isDedicated(_ address: IPAddress, _ reader: YAMLReader) -> Bool {
    if virtualIPs.contains(address) {
      reader.report("\(address.text) is a virtual IP", expected: "an address of the node alone")
      return false
    }
    return true
  }
}

extension YAMLReader {
  /// A name that the kernel takes for an interface.
  fileprivate func interfaceName() -> String? {
    let expected = "the name of an interface, such as eth0"
    guard let text = text(expected: expected) else { return nil }
    // The kernel allows quotes and backslashes, but no rule could name such an interface.
    guard 1...15 ~= text.utf8.count, text != ".", text != "..",
      text.utf8.allSatisfy({ 33...126 ~= $0 && $0 != 47 && $0 != 58 && $0 != 34 && $0 != 92 })
    else {
      report("'\(text)' cannot be an interface", expected: expected)
      return nil
    }
    return text
  }
}
