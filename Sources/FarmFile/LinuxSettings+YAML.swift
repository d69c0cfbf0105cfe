import Engine

extension LinuxSettings {
  /// Reads the `linux:` block.
  /// - Parameters:
  ///   - reader: at the value of `linux:`.
  ///   - block: the farm that it is for.
  ///   - networks: the farm's networks.
  /// - Returns: complete only if reading it reported nothing. What could not be read has its default.
  public init(_ reader: YAMLReader, block: FarmBlock, networks: ConfiguredNetworks) {
    let keys = reader.keys(of: LinuxSection.linux)
    let places = ConfiguredAttachments(keys, block: block, networks: networks)
    self.init(
      attachments: places.attachments,
      delivery: LinuxSettings.delivery(keys?["delivery"], families: places.isIPv4, networks: networks.list),
      keyFile: keys?.required("key_file", expected: "the file with the heartbeats' key")?.absolutePath() ?? ""
    )
    port = keys?["port"]?.port() ?? port
    previousKeyFile = keys?["previous_key_file"]?.absolutePath()
    sharedAddress =
      keys?["shared_address"]?.choice([("unicast", .unicast), ("multicast", .multicast), ("none", .none)])
      ?? sharedAddress
    sharedMAC = keys?["shared_mac"].flatMap { LinuxSettings.sharedMAC($0, mode: sharedAddress) }
    runDirectory = keys?["run_directory"]?.absolutePath() ?? runDirectory
    stateDirectory = keys?["state_directory"]?.absolutePath() ?? stateDirectory
    if let reader = keys?["metrics"] { metrics = LinuxSettings.metrics(reader) }
    if let reader = keys?["gateway"] { gateway = LinuxSettings.witness(reader, block: block, places) }
    table = keys?["table"]?.tableName() ?? table
    if block.farm.settings.life.alone == .witness, keys != nil, keys?["gateway"] == nil {
      reader.report("'gateway' is missing", expected: "the witness that 'alone: witness' asks")
    }
    if let previousKeyFile, previousKeyFile == keyFile {
      keys?["previous_key_file"]?.report("both keys are in one file", expected: "another file")
    }
  }

  /// How heartbeats travel on each network. - Parameter families: whether each is IPv4, where that is known.
  private static func delivery(
    _ reader: YAMLReader?, families: [Bool?], networks: NameList
  ) -> [HeartbeatDelivery] {
    let standard = families.map { $0 ?? true ? HeartbeatDelivery.broadcast : .unicast }
    guard let reader else { return standard }
    if reader.isMapping {
      let group = reader.keys(of: LinuxSection.delivery)?.required(
        "multicast", expected: "a group address, such as 239.77.1.1")
      guard let group, let address = group.address(for: nil) else { return standard }
      guard address.isMulticast else {
        group.report("\(address.text) is no group", expected: "a multicast address, such as 239.77.1.1")
        return standard
      }
      // Scopes 0 and 1 of RFC 4291.
      if !address.isIPv4, address.high >> 48 & 0xf < 2 {
        group.report("\(address.text) never leaves the machine", expected: "another scope, such as ff02::77")
        return standard
      }
      for (network, isIPv4) in families.enumerated() where isIPv4 != nil && isIPv4 != address.isIPv4 {
        group.report(
          "network '\(networks.names[network])' cannot reach \(address.text)", expected: "one family")
      }
      return families.map { _ in .multicast(address) }
    }
    let choice = reader.choice([("broadcast", HeartbeatDelivery.broadcast), ("unicast", .unicast)])
    guard let choice else { return standard }
    if choice == .broadcast, let network = families.firstIndex(of: false) {
      reader.report(
        "network '\(networks.names[network])' is IPv6, which has no broadcast", expected: "unicast")
    }
    return families.map { _ in choice }
  }

  private static func sharedMAC(_ reader: YAMLReader, mode: SharedAddressMode) -> MACAddress? {
    let expected = "auto, or an address such as 5a:fe:0a:4d:00:64"
    guard let text = reader.text(expected: expected), text != "auto" else { return nil }
    guard let mac = MACAddress(parsing: text) else {
      reader.report("'\(text)' is not an Ethernet address", expected: expected)
      return nil
    }
    if mode == .unicast, mac.isMulticast {
      reader.report(
        "\(mac) is a group's", expected: "one with an even first byte, or 'shared_address: multicast'")
    } else if mode == .multicast, !mac.isMulticast {
      reader.report(
        "\(mac) is no group's", expected: "one with an odd first byte, such as 03:bf:0a:4d:00:64")
    } else if mac.value == 0 || !mac.isLocallyAdministered {
      reader.report(
        "\(mac) may belong to a machine", expected: "a first byte such as 5a or 02, or 03 for a group")
    }
    return mac
  }

  /// The witness must be a machine other than the nodes: a node hears itself even where nobody else is left.
  private static func witness(
    _ reader: YAMLReader, block: FarmBlock, _ places: ConfiguredAttachments
  ) -> IPAddress? {
    guard let address = reader.address(for: .witness) else { return nil }
    if block.farm.virtualIPs.contains(address) {
      reader.report("\(address.text) is a virtual IP, which each node has", expected: "another machine's")
    } else if let node = places.attachments.firstIndex(where: { $0.contains { $0.address == address } }) {
      reader.report(
        "\(address.text) is an address of node '\(block.nodes.names[node])'", expected: "another machine's")
    }
    return address
  }

  private static func metrics(_ reader: YAMLReader) -> SocketEndpoint? {
    let expected = "an address and port, such as \(defaultMetrics.text), or no"
    guard let text = reader.text(expected: expected), text != "no", text != "false", text != "off" else {
      return nil
    }
    guard let endpoint = SocketEndpoint(parsing: text) else {
      reader.report("'\(text)' is no address with a port", expected: expected)
      return nil
    }
    if !endpoint.address.isLoopback {
      reader.report("'\(text)' is not of this machine alone", expected: "127.0.0.1 or [::1], with a port")
    }
    return endpoint
  }
}

extension YAMLReader {
  fileprivate func port() -> UInt16? { integer(in: 1...Int(UInt16.max)).map(UInt16.init) }

  /// An absolute path: a daemon has no folder that a relative one could start from.
  fileprivate func absolutePath() -> String? {
    let expected = "a path from the root, such as /etc/farmd/key"
    guard let text = text(expected: expected) else { return nil }
    guard text.hasPrefix("/"), !text.utf8.contains(0) else {
      report("'\(text)' is not a path from the root", expected: expected)
      return nil
    }
    return text
  }

  /// A name that nftables takes without quotes.
  fileprivate func tableName() -> String? {
    let expected = "a letter, then letters, digits and '_', at most 31"
    guard let text = text(expected: expected) else { return nil }
    func isLetter(_ byte: UInt8) -> Bool { 65...90 ~= byte || 97...122 ~= byte }
    guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 31,
      text.utf8.allSatisfy({ isLetter($0) || 48...57 ~= $0 || $0 == 95 })
    else {
      report("'\(text)' cannot be a table's name", expected: expected)
      return nil
    }
    return text
  }
}
