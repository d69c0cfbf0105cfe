import Engine

/// One way in which the kernels of a run read the packets of a stream: a group and an identity.
struct StreamMeaning: Sendable {
  let match: RuleMatch
  /// The space of the match's buckets: see ``BucketSpaces``.
  let space: Int
  /// By client, if the port does not matter; else empty.
  private let bucketOfClient: [UInt16]
  /// The nodes whose kernels read the packets this way.
  var nodes: UInt64 = 0

  init(_ match: RuleMatch, _ clients: Clients, spaces: BucketSpaces) {
    self.match = match
    space = spaces.space(of: match)
    bucketOfClient = StreamMeaning.buckets(of: clients, match)
  }

  /// By client, if the port does not matter; else empty.
  static func buckets(of clients: Clients, _ match: RuleMatch) -> [UInt16] {
    switch match.identity {
    case .address, .network:
      (0..<UInt32(clients.population)).map {
        match.bucket(address: clients.address(of: $0), port: 0).rawValue
      }
    case .addressPort, .port: []
    }
  }

  /// The bucket of a connection.
  func bucket(_ client: UInt32, port: UInt16, _ clients: Clients) -> Int {
    if !bucketOfClient.isEmpty { return Int(bucketOfClient[Int(client)]) }
    return match.bucket(address: clients.address(of: client), port: port).index
  }
}
