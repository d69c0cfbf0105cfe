/// Words of SafeKit, Microsoft NLB, keepalived and others for what has another name here.
enum ForeignWords {
  /// The first of our words for one that is known elsewhere; `nil` if none of them can stand there.
  static func ours(for word: String, among candidates: [String]) -> String? {
    table[word.lowercased()]?.first { candidates.contains($0) }
  }

  private static let table: [String: [String]] = [
    // Client identities: SafeKit's load balancing rules, NLB's affinity, and what balancers call it.
    "on_addr": ["address"], "on_port": ["port"], "on_addr_port": ["address_port"], "single": ["address"],
    "none": ["address_port"], "no_affinity": ["address_port"], "class_c": ["network/24"],
    "classc": ["network/24"], "source": ["address"], "source_ip": ["address"], "src_ip": ["address"],
    "client_ip": ["address"], "clientip": ["address"], "ip": ["address", "virtual_ip"],
    "ip_hash": ["address"],
    "source_port": ["address_port", "port"], "ip_port": ["address_port"], "5_tuple": ["address_port"],
    "five_tuple": ["address_port"],
    // Keys.
    "affinity": ["identity"], "persistence": ["identity"], "sticky": ["identity"], "stickiness": ["identity"],
    "session_affinity": ["identity"], "filter": ["identity"],
    "vip": ["virtual_ip"], "virtual_ipaddress": ["virtual_ip"], "virtual_address": ["virtual_ip"],
    "cluster_ip": ["virtual_ip"], "floating_ip": ["virtual_ip"], "virtual_addr": ["virtual_ip"],
    "power": ["weight", "weights"], "load_weight": ["weight", "weights"], "load": ["weight"],
    "hosts": ["nodes"], "servers": ["nodes"], "members": ["nodes"], "cluster": ["farm"],
    "advert_int": ["interval"], "period": ["interval"], "virtual_router_id": ["id"], "vrid": ["id"],
    "dead_interval": ["misses"], "port_rules": ["rules"], "proto": ["protocol"], "latency": ["delay"],
    "packet_loss": ["loss"], "clients_per_second": ["arrivals"], "checks": ["checkers"],
    "monitors": ["checkers"], "health_checks": ["checkers"], "drainstop": ["drain"],
    // Policies and what a returning node does.
    "failover": ["priority"], "active_passive": ["priority"], "active_standby": ["priority"],
    "single_host": ["priority"], "preempt": ["automatic"], "nopreempt": ["manual"], "majority": ["quorum"],
    // What can go wrong.
    "power_loss": ["crash"], "poweroff": ["crash"], "power_off": ["crash"], "reboot": ["restart"],
    "start": ["restart"], "shutdown": ["stop"], "freeze": ["pause"], "suspend": ["pause"],
    "snapshot": ["pause"], "vmotion": ["pause"], "migrate": ["pause"], "hang": ["stall"],
    "split": ["partition"], "split_brain": ["partition"], "link_down": ["interface_down"],
    "interface_failure": ["interface_down"], "cable": ["interface_down"],
  ]
}
