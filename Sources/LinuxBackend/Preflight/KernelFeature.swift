import Engine

/// A feature of the kernel that the filter or the shared address needs, with commands that need nothing else.
struct KernelFeature: Sendable {
  var name: String
  /// The options of the kernel's configuration. The feature fails if any of them is missing.
  var options: String
  var commands: String

  /// The name of the throw-away tables.
  private static let table = "farmd_preflight"

  static let all = [
    KernelFeature(
      "inet tables", "CONFIG_NF_TABLES_INET", chain("inet", "filter hook input priority 0;", "accept")),
    KernelFeature(
      "sets with time-outs", "CONFIG_NF_TABLES",
      "table inet \(table) { set s { type ipv4_addr; flags timeout; elements = { 192.0.2.1 timeout 300ms }; }; }"
    ),
    KernelFeature(
      "hashes of packets", "CONFIG_NFT_HASH",
      chain(
        "inet", "filter hook prerouting priority 0;",
        "meta mark set jhash ip saddr . th sport mod 256 seed 0xfa12")),
    KernelFeature(
      "connection tracking in rules", "CONFIG_NFT_CT and CONFIG_NF_CONNTRACK",
      chain("inet", "filter hook prerouting priority 0;", "ct state established accept")),
    KernelFeature(
      "arp tables", "CONFIG_NF_TABLES_ARP",
      chain("arp", "filter hook output priority 0;", "arp saddr ether set 5a:fe:00:00:00:01")),
    KernelFeature(
      "netdev tables", "CONFIG_NF_TABLES_NETDEV and CONFIG_NETFILTER_INGRESS",
      chain("netdev", "filter hook ingress device \"lo\" priority -500;", "meta pkttype set host")),
  ]

  init(_ name: String, _ options: String, _ commands: String) {
    (self.name, self.options, self.commands) = (name, options, commands)
  }

  static func chain(_ family: String, _ hook: String, _ rule: String) -> String {
    "table \(family) \(table) { chain c { type \(hook) policy accept; \(rule); }; }"
  }
}
