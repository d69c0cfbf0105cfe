/// Words of SafeKit, Microsoft NLB, keepalived, Corosync, HAProxy and others for what has another name here.
enum ForeignWords {
  /// The first of our words for one that is known elsewhere, among some; `nil` if none of ours is among them.
  static func ours(for word: String, among candidates: [String]) -> String? {
    ours(for: word)?.first { candidates.contains($0) }
  }

  /// Our words for one that is known elsewhere; `nil` if it is not known.
  static func ours(for word: String) -> [String]? { table[word.lowercased()] }

  /// What to write for a key that is known elsewhere and is no key here.
  static func phrase(for word: String) -> String? { phrases[word.lowercased()] }

  private static let phrases: [String: String] = [
    "priority":
      "'weight' in 'farm.nodes', or 'policy: priority' in 'farm.groups' for one node that serves all",
    "on_addr": "'identity: address' in 'farm.rules'", "on_port": "'identity: port' in 'farm.rules'",
    "on_addr_port": "'identity: address_port' in 'farm.rules'",
    "state": "none: the nodes agree on who serves", "dont_track_primary": "none: a deaf node does not serve",
    "virtual_server": "'rules' in 'farm'", "real_server": "'nodes' in 'farm'",
    "two_node": "'alone' in 'farm'", "wait_for_all": "'alone' in 'farm'",
  ]

  private static let table: [String: [String]] = [
    // Client identities: SafeKit's load balancing rules, NLB's affinity, and what balancers call it.
    "on_addr": ["address"], "on_port": ["port"], "on_addr_port": ["address_port"], "single": ["address"],
    "none": ["address_port"], "no_affinity": ["address_port"], "class_c": ["network/24"],
    "classc": ["network/24"], "source": ["address"], "source_ip": ["address"], "src_ip": ["address"],
    "client_ip": ["address"], "clientip": ["address"], "ip": ["address", "virtual_ip"],
    "ip_hash": ["address"],
    "source_port": ["address_port", "port"], "ip_port": ["address_port"], "5_tuple": ["address_port"],
    "five_tuple": ["address_port"],
    "affinity": ["identity"], "persistence": ["identity"], "sticky": ["identity"], "stickiness": ["identity"],
    "session_affinity": ["identity"], "filter": ["identity"], "persistence_timeout": ["identity"],
    // Addresses.
    "vip": ["virtual_ip"], "virtual_ipaddress": ["virtual_ip"], "virtual_address": ["virtual_ip"],
    "cluster_ip": ["virtual_ip"], "floating_ip": ["virtual_ip"], "virtual_addr": ["virtual_ip"],
    "clusterip": ["virtual_ip"], "primary_ip": ["virtual_ip"], "cluster_primary_ip": ["virtual_ip"],
    "virtual_interface": ["virtual_ip"], "dedicated_ip": ["addresses"], "ring0_addr": ["addresses"],
    "unicast_peer": ["addresses"], "unicast_src_ip": ["addresses"], "real_interface": ["interfaces"],
    "virtual_mac": ["shared_mac"], "vmac_addr": ["shared_mac"], "vmac": ["shared_mac"],
    "cluster_mode": ["shared_address"], "operation_mode": ["shared_address"], "mcastaddr": ["delivery"],
    "mcast_group": ["delivery"], "mcastport": ["port"], "auth_pass": ["key_file"],
    "authentication": ["key_file"], "shared_key": ["key_file"], "password": ["key_file"],
    // Nodes and their weights.
    "power": ["weight", "weights"], "load_weight": ["weight", "weights"], "load": ["weight", "arrivals"],
    "priority": ["weight", "weights"], "host_priority": ["weight"], "hostpriority": ["weight"],
    "hosts": ["nodes"], "host": ["nodes"], "servers": ["nodes"], "members": ["nodes"], "backends": ["nodes"],
    "nodelist": ["nodes"], "cluster": ["farm"], "vrrp_instance": ["farm"],
    // Heartbeats.
    "advert_int": ["interval"], "period": ["interval"], "heartbeat_intvl": ["interval"],
    "heartbeat_interval": ["interval"], "hb_interval": ["interval"], "alive_msg_period": ["interval"],
    "alivemsgperiod": ["interval"], "delay_loop": ["interval"], "inter": ["interval"],
    "keepalive": ["interval"],
    "dead_interval": ["misses"], "deadtime": ["misses"], "dead_time": ["misses"],
    "heartbeat_timeout": ["misses"],
    "alive_msg_tolerance": ["misses"], "alivemsgtolerance": ["misses"], "heart": ["heartbeat"],
    "heartbeats": ["heartbeat"], "virtual_router_id": ["id"], "vrid": ["id"], "farm_id": ["id"],
    // Rules, groups and policies.
    "port_rules": ["rules"], "rule": ["rules"], "services": ["rules"], "load_balancing": ["rules"],
    "loadbalancing": ["rules"], "proto": ["protocol"], "ports": ["port"], "start_port": ["port"],
    "lb_algo": ["policy"], "lvs_sched": ["policy"], "balance": ["policy"], "scheduler": ["policy"],
    "filter_mode": ["policy"], "filtering_mode": ["policy"], "hash_size": ["buckets"],
    "failover": ["priority"], "active_passive": ["priority"], "active_standby": ["priority"],
    "single_host": ["priority"],
    // What a node does that returns, or is alone.
    "preempt": ["automatic", "failback"], "nopreempt": ["manual", "failback"], "preempt_delay": ["failback"],
    "quorum": ["alone"], "witness": ["alone"], "expected_votes": ["alone"], "no_quorum_policy": ["alone"],
    "majority": ["quorum"],
    // Checkers and what is run.
    "checks": ["checkers"], "monitors": ["checkers"], "health_checks": ["checkers"],
    "healthcheck": ["checkers"],
    "health_check": ["checkers"], "vrrp_script": ["checkers"], "track_script": ["checkers"],
    "track_interface": ["checkers"], "fall": ["threshold"], "rise": ["recovery"], "retry": ["threshold"],
    "notify_master": ["notify"], "notify_backup": ["notify"], "notify_fault": ["notify"],
    // What the simulator plays.
    "latency": ["delay"], "packet_loss": ["loss"], "clients_per_second": ["arrivals"], "rps": ["arrivals"],
    "qps": ["arrivals"], "users": ["clients"], "workload": ["traffic"], "streams": ["traffic"],
    "failures": ["faults"], "assertions": ["expect"], "expectations": ["expect"], "random_seed": ["seed"],
    "runs": ["trials"], "iterations": ["trials"], "title": ["description"], "question": ["description"],
    // Faults: when, and what can go wrong.
    "duration": ["for"], "length": ["for"], "when": ["at"],
    "repeat": ["times"],
    "power_loss": ["crash"], "poweroff": ["crash"], "power_off": ["crash"], "reboot": ["restart"],
    "start": ["restart"], "shutdown": ["stop"], "freeze": ["pause"], "suspend": ["pause"],
    "snapshot": ["pause"], "vmotion": ["pause"], "migrate": ["pause"], "hang": ["stall"],
    "split": ["partition"], "split_brain": ["partition"], "link_down": ["interface_down"],
    "interface_failure": ["interface_down"], "cable": ["interface_down"], "drainstop": ["drain"],
  ]
}
