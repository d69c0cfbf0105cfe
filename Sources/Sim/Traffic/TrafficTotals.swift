import Engine

/// How the clients of a run were served and how the nodes were loaded, from the first measured phase to the end.
public struct TrafficTotals: Sendable {
  /// By stream; flows established include those that were open when measuring began.
  public var streams: [StreamOutcome] = []
  /// By node, and by edge of the fault plan; the first edge entry holds losses that began before any edge.
  public var lossesByNode: [LossCounts] = []
  public var lossesByEdge: [LossCounts] = []
  /// How many times a client's connect or request failed.
  public var clientOutages = 0
  /// The longest time in seconds that a client of an open flow sent without an answer; `nil` if none did.
  public var longestSilence: Measured?
  /// The longest and the mean time from a failure until the client came through; `nil` without a failure.
  public var clientOutageMax: Duration?
  public var clientOutageMean: Duration?
  /// Whether some client was not served yet when the run ended, so that the mean is a lower bound; and whether the
  /// longest time is one too: it is not if that client's next attempt may end its outage before it becomes the longest.
  public var endsInClientOutage = false
  public var isClientOutageMaxOpen = false
  /// When measuring began; `nil` if with the run.
  public var measuredFrom: Instant?
  /// By node, over all phases.
  public var load: [NodeLoad] = []
  /// By node, for each phase that began.
  public var phases: [PhaseLoad] = []
  /// Without bins unless details are kept.
  public var timeline = LoadTimeline(binWidth: .seconds(1), accepted: [], lost: [], twice: [])
  /// Made from the time of every packet and the nodes that accepted it.
  public var digest = Digest()

  public init() {}
}

/// The load that one node accepted.
public struct NodeLoad: Sendable, Hashable, BitwiseCopyable {
  /// TCP and UDP flows established.
  public var flows: Int
  public var packets: Int
  /// Counted on the network layer.
  public var bytes: Int

  /// The amount of one kind. - Precondition: the kind is not buckets.
  func amount(of kind: SkewRow.Load) -> Double {
    switch kind {
    case .flows: Double(flows)
    case .packets: Double(packets)
    case .bytes: Double(bytes)
    case .buckets: preconditionFailure("traffic has no buckets")
    }
  }

  @inlinable public init(flows: Int = 0, packets: Int = 0, bytes: Int = 0) {
    self.flows = flows
    self.packets = packets
    self.bytes = bytes
  }

  /// Adds a packet.
  @inline(__always) mutating func note(bytes: Int) {
    packets += 1
    self.bytes += bytes
  }

  static func - (a: NodeLoad, b: NodeLoad) -> NodeLoad {
    NodeLoad(flows: a.flows - b.flows, packets: a.packets - b.packets, bytes: a.bytes - b.bytes)
  }
  static func + (a: NodeLoad, b: NodeLoad) -> NodeLoad {
    NodeLoad(flows: a.flows + b.flows, packets: a.packets + b.packets, bytes: a.bytes + b.bytes)
  }
}

/// The load that every node accepted in one phase.
public struct PhaseLoad: Sendable {
  public var phase: SkewRow.Phase
  /// By node.
  public var load: [NodeLoad]
  /// By stream, by node.
  public var byStream: [[NodeLoad]]

  /// By stream, of all nodes together.
  public var ofStreams: [NodeLoad] { byStream.map { $0.reduce(NodeLoad(), +) } }

  public init(phase: SkewRow.Phase, load: [NodeLoad], byStream: [[NodeLoad]] = []) {
    self.phase = phase
    self.load = load
    self.byStream = byStream
  }
}
