import Engine

/// One stream of clients to one rule of the farm.
public struct TrafficModel: Sendable, Hashable {
  public var name: String
  /// Index into ``Engine/Settings/rules``, continued into ``Scenario/laterRules``.
  public var rule: Int
  public var virtualIP: IPAddress
  /// Destination port, inside the rule's ranges.
  public var port: UInt16
  public var arrivals: ArrivalModel
  public var clients: ClientModel
  /// For TCP rules, and for UDP rules whose datagrams belong together.
  public var flow: FlowModel
  /// For UDP rules: how datagrams belong together; `nil` if each is a request of its own.
  public var datagrams: DatagramModel?
  /// Connections that belong together and must stay on one node; `nil` if each arrival is one connection.
  public var session: SessionModel?

  public init(
    name: String, rule: Int, virtualIP: IPAddress, port: UInt16, arrivals: ArrivalModel, clients: ClientModel,
    flow: FlowModel = FlowModel(), datagrams: DatagramModel? = nil, session: SessionModel? = nil
  ) {
    self.name = name
    self.rule = rule
    self.virtualIP = virtualIP
    self.port = port
    self.arrivals = arrivals
    self.clients = clients
    self.flow = flow
    self.datagrams = datagrams
    self.session = session
  }
}

/// When new flows, sessions or requests begin. Rates are per second.
public enum ArrivalModel: Sendable, Hashable {
  case poisson(rate: Double)
  case constant(rate: Double)
  /// Poisson at `rate` during exponential on-periods, silent during exponential off-periods.
  case onOff(rate: Double, on: Duration, off: Duration)
}

public struct ClientModel: Sendable, Hashable {
  /// How many clients there are, at least 1.
  public var population: Int
  public var popularity: Popularity
  /// Share of the clients that appear under one of ``natAddresses`` addresses, 0 to 1.
  public var natShare: Double
  public var natAddresses: Int
  /// Real addresses of shares of the clients, at most 1 together. The other clients' addresses are drawn.
  public var addresses: [AddressShare]
  public var usesIPv6: Bool

  public init(
    population: Int, popularity: Popularity = .uniform, natShare: Double = 0, natAddresses: Int = 1,
    addresses: [AddressShare] = [], usesIPv6: Bool = false
  ) {
    self.population = population
    self.popularity = popularity
    self.natShare = natShare
    self.natAddresses = natAddresses
    self.addresses = addresses
    self.usesIPv6 = usesIPv6
  }
}

public enum Popularity: Sendable, Hashable {
  case uniform
  /// The i-th client's share is proportional to `i^-s`.
  case zipf(Double)
}

/// The life of a flow.
public struct FlowModel: Sendable, Hashable {
  public var duration: FlowDuration
  /// Mean time between two data segments or datagrams of an open flow (exponential).
  public var segmentInterval: Duration
  /// Bytes of a data segment, for the byte measures.
  public var segmentBytes: Int
  /// Waiting times between the attempts of a connect or request. After the last one the client gives up.
  public var retries: [Duration]
  /// Share of flows that end with a reset instead of a FIN, 0 to 1.
  public var resetShare: Double

  /// SYN retries of current Linux, macOS and iOS.
  public static let defaultRetries: [Duration] = [1, 1, 1, 1, 1, 2, 4].map { .seconds($0) }

  public init(
    duration: FlowDuration = .exponential(.seconds(10)), segmentInterval: Duration = .seconds(2),
    segmentBytes: Int = 1200, retries: [Duration] = FlowModel.defaultRetries, resetShare: Double = 0
  ) {
    self.duration = duration
    self.segmentInterval = segmentInterval
    self.segmentBytes = segmentBytes
    self.retries = retries
    self.resetShare = resetShare
  }
}

public enum FlowDuration: Sendable, Hashable {
  case constant(Duration)
  case exponential(Duration)
  case lognormal(median: Duration, sigma: Double)
  case pareto(minimum: Duration, shape: Double)
  /// Values with their shares, which sum to 1.
  case table([FlowDurationShare])
}

public struct FlowDurationShare: Sendable, Hashable {
  public var share: Double
  public var duration: Duration
  public init(share: Double, duration: Duration) {
    self.share = share
    self.duration = duration
  }
}

public struct SessionModel: Sendable, Hashable {
  /// Mean number of connections of a session (geometric, at least 1).
  public var connections: Double
  /// Mean time between the end of one connection and the start of the next (exponential).
  public var thinkTime: Duration

  public init(connections: Double, thinkTime: Duration) {
    self.connections = connections
    self.thinkTime = thinkTime
  }
}
