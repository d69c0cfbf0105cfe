import Engine
import FarmFile
import LinuxBackend
import Testing

/// The compiled rules, as the real kernel lists them after loading.
@Suite(.enabled(if: Sandbox.isPossible, "needs root, nftables and /dev/net/tun"))
struct FilterCompileTests {
  /// The rules of a chain as `nft -j` lists them, each a list of expressions.
  private static func rules(_ objects: [[String: Any]], _ chain: String) -> [[[String: Any]]] {
    objects.compactMap { $0["rule"] as? [String: Any] }.filter { $0["chain"] as? String == chain }.compactMap
    {
      $0["expr"] as? [[String: Any]]
    }
  }

  /// The left and the right side of a comparison; `nil` for other expressions.
  private static func match(_ expression: [String: Any]) -> (left: String, right: String)? {
    guard let match = expression["match"] as? [String: Any] else { return nil }
    return (text(match["left"]!), text(match["right"]!))
  }

  /// JSON in one fixed spelling.
  private static func text(_ value: Any) -> String {
    if let list = value as? [Any] { return "[" + list.map(text).joined(separator: " ") + "]" }
    guard let object = value as? [String: Any] else { return "\(value)" }
    return "{" + object.keys.sorted().map { "\($0): \(text(object[$0]!))" }.joined(separator: " ") + "}"
  }

  private static func load() throws -> [String: [String]] {
    try Sandbox.run { sandbox in
      let settings = FilterFarm.settings(.defaultNode)
      let filter = try NftablesFilter(settings: settings, virtualIPs: Sandbox.virtualIPs, table: "farm")
      try filter.install()
      let objects = try sandbox.objects("list ruleset")
      var texts: [String: [String]] = [:]
      for case let chain as [String: Any] in objects.compactMap({ $0["chain"] }) {
        let name = chain["name"] as! String
        texts[name] = rules(objects, name).map { $0.map { text($0) }.joined(separator: " ") }
        if let hook = chain["hook"] {
          texts["hook \(name)"] = ["\(hook) \(text(chain["prio"]!)) \(chain["policy"]!)"]
        }
      }
      for case let set as [String: Any] in objects.compactMap({ $0["set"] }) {
        texts["set \(set["name"]!)"] = ["\(set["type"]!) \(set["size"] ?? 0) \(text(set["flags"] ?? []))"]
      }
      return texts
    }
  }

  @Test func everyChainAndRuleIsThereAndNoneMoreAtTheRightHooks() throws {
    let compiled = RuleCompiler(settings: FilterFarm.settings(.defaultNode), virtualIPs: Sandbox.virtualIPs)
      .compile()
    let loaded = try Self.load()
    for chain in compiled.chains { #expect(loaded[chain.name]?.count == chain.rules.count, "\(chain.name)") }
    #expect(loaded.keys.filter { !$0.contains(" ") }.count == compiled.chains.count)
    #expect(loaded["hook arrival"] == ["prerouting -300 accept"])
    #expect(loaded["hook tracked"] == ["prerouting -150 accept"])
    for group in 0...4 {
      #expect(loaded["set owned_\(group)"] == ["integer 4096 []"])
      #expect(loaded["set resets_\(group)"] == ["integer 4096 []"])
    }
    #expect(loaded["set owned_5"] == nil)
    #expect(loaded["set lease"] == ["integer 0 [timeout]"])
  }

  /// An identity's chain, and the keys that its hash must have there.
  static let hashes: [(chain: String, first: String, count: Int)] = [
    (
      "bucket_0_address",
      "{jhash: {expr: {payload: {field: saddr protocol: ip}} mod: 256 seed: 4195483649}}", 3
    ),
    (
      "bucket_1_address_port",
      "{jhash: {expr: {concat: [{payload: {field: saddr protocol: ip}} {payload: {field: sport protocol: th}}]} mod: 60 seed: 0}}",
      3
    ),
    (
      "bucket_2_network_24_64",
      "{jhash: {expr: {&: [{payload: {field: saddr protocol: ip}} 255.255.255.0]} mod: 4096 seed: 4294967295}}",
      3
    ),
    (
      "bucket_2_port", "{jhash: {expr: {payload: {field: sport protocol: th}} mod: 4096 seed: 4294967295}}", 2
    ),
    ("bucket_3_address", "{&: [{meta: {key: length}} 0]}", 2),
    ("bucket_4_address", "{&: [{meta: {key: length}} 0]}", 2),
  ]

  @Test(arguments: hashes)
  func eachIdentityHashesItsKeyScaledAndSeededAsTheGroupSays(chain: String, first: String, count: Int) throws
  {
    let rules = try #require(try Self.load()[chain])
    #expect(rules.count == count)
    #expect(rules[0].contains("left: \(first) op: == right: @owned_"), "\(rules[0])")
    let group = chain.split(separator: "_")[1]
    #expect(rules[0].hasSuffix("right: @owned_\(group)}} {counter: accepted_\(group)} {accept: <null>}"))
    #expect(rules.last == "{counter: rejected_\(group)} {drop: <null>}")
  }

  @Test func rulesAreTriedInTheOrderOfTheConfiguration() throws {
    let loaded = try Self.load()
    let targets = try #require(loaded["datagrams"]).compactMap {
      $0.split(separator: "target: ").last?.dropLast(2)
    }
    #expect(
      targets == [
        "bucket_2_address", "bucket_1_address_port", "bucket_2_network_20_56", "bucket_2_port",
        "bucket_3_address",
        "bucket_4_address",
      ])
    #expect(loaded["datagrams"]![1].contains("10.77.0.100"))
    #expect(loaded["datagrams"]![4].contains("fd00:77::64"))
    #expect(loaded["datagrams"]![4].contains("{range: [7000 65535]}"))
  }
}
