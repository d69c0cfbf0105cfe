import Engine

/// The names and purposes of the `networks:` block: the part that a farm depends on. How a network behaves is for the
/// simulator, which reads on in ``blocks``.
public struct ConfiguredNetworks {
  public var list: NameList
  /// Whether each carries the service.
  public var carriesService: [Bool]
  /// By network, the keys of its mapping; `nil` where the file says nothing about it.
  public var blocks: [YAMLKeys?]

  /// The network that everything goes over if the file names none.
  public static let standardName = "lan"

  /// - Parameter value: the value of `networks:`, if the file has one.
  public init(_ value: YAMLReader?) {
    list = NameList(kind: "network", names: [ConfiguredNetworks.standardName])
    carriesService = [true]
    blocks = [nil]
    guard let value else { return }
    let before = value.log.count
    guard let entries = value.entries(expected: "a mapping of network names to their models") else {
      list = NameList(kind: "network", names: [ConfiguredNetworks.standardName], isComplete: false)
      return
    }
    guard 1...Limits.maximumNetworks ~= entries.count else {
      value.report(PlainNumber.count(entries.count, "network"), expected: "1 to \(Limits.maximumNetworks)")
      list = NameList(kind: "network", names: [ConfiguredNetworks.standardName], isComplete: false)
      return
    }
    blocks = entries.map { $0.value.node.isNull ? nil : $0.value.keys(of: FileSection.network) }
    list = NameList(kind: "network", names: entries.map(\.key))
    carriesService = blocks.map { ConfiguredNetworks.carriesService($0?["carries"]) }
    if !carriesService.contains(true), value.log.count == before {
      value.report("no network carries the service", expected: "'carries: [service, heartbeat]' for one")
    }
  }

  /// Name and purpose of each network, as ``FarmBlock`` takes them.
  public var purposes: [(name: String, carriesService: Bool)] {
    zip(list.names, carriesService).map { (name: $0, carriesService: $1) }
  }

  /// Reads `carries:`. Every network must carry heartbeats. On the service network they are mandatory, and a network
  /// with neither would carry nothing.
  private static func carriesService(_ reader: YAMLReader?) -> Bool {
    guard let reader else { return true }
    let before = reader.log.count
    let purposes = reader.itemsOrSelf(atMost: 2).compactMap {
      $0.choice([("service", "service"), ("heartbeat", "heartbeat")])
    }
    if purposes.count == 2, purposes[0] == purposes[1] { reader.report("'\(purposes[0])' is listed twice") }
    if !purposes.contains("heartbeat"), reader.log.count == before {
      reader.report(
        "a network without heartbeats",
        expected: "heartbeat, too: a split that clients see must be seen by the nodes")
    }
    return purposes.contains("service")
  }
}
