/// A scenario of a few seconds that the command line is tried on.
enum SmallFarm {
  /// - Parameter expectation: the one line under `expect:`.
  static func yaml(expectation: String = "rebalance_time.max: <= 2 s") -> String {
    """
    # What happens to the clients of a small farm when a node loses power?
    description: One of three nodes loses power.
    farm:
      nodes: 3
      virtual_ip: 192.0.2.100
      profile: default
      groups:
        web: {buckets: 256, hash_seed: 0xfa12, policy: preference}
      rules:
        - {protocol: tcp, port: 80, group: web, identity: address_port}
        - {protocol: tcp, port: 443, group: web, identity: address}
    networks:
      lan: {delay: {normal: [200 us, 50 us]}, carries: [service, heartbeat]}
    traffic:
      - rule: 80
        arrivals: {poisson: 100/s}
        clients: {population: 1000, zipf: 1.0}
        flow: {duration: {exponential: 2 s}}
    faults:
      - {at: 8 s, crash: node2}
    run: {duration: 12 s, seed: 1}
    expect:
      \(expectation)

    """
  }
}
