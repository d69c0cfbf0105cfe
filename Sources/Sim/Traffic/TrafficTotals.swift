import Engine

/// What the clients of a run saw and what the nodes had to do, from the first measured phase to the end.
public struct TrafficTotals: Sendable {
  /// By stream; flows established include those that were open when measuring began.
  public var streams: [StreamOutcome] = []
  /// By node, and by edge of the fault plan, one more for what began before any.
  public var lossesByNode: [LossCounts] = []
  public var lossesByEdge: [LossCounts] = []
  /// How many times a client met a failure, the longest time until it came through, and the mean; `nil`: no failure.
  public var clientOutages = 0
  /// The longest that a client of an open flow sent without an answer, in seconds; `nil`: none did.
  public var longestSilence: Measured?
  public var clientOutageMax: Duration?
  public var clientOutageMean: Duration?
  /// Whether some client was not served yet when the run ended: the mean is a lower bound then; and whether the longest time
  /// is one, too: not if it was longer than that client has to wait until its next attempt.
  public var endsInClientOutage = false
  public var isClientOutageMaxOpen = false
  /// When measuring began; `nil`: with the run.
  public var measuredFrom: Instant?
  /// By node, over all phases.
  public var load: [NodeLoad] = []
  /// By node, for each phase that began.
  public var phases: [PhaseLoad] = []
  /// No bins unless details are kept.
  public var timeline = LoadTimeline(binWidth: .seconds(1), accepted: [], lost: [], twice: [])
  /// Of every packet: when, and which nodes accepted it.
  public var digest = Digest()

  public init() {}
}

/// What one node accepted.
public struct NodeLoad: Sendable, Hashable, BitwiseCopyable {
  /// TCP flows established.
  public var flows: Int
  public var packets: Int
  /// On the network layer.
  public var bytes: Int

  /// One of the three. - Precondition: it is none of buckets.
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

  static func - (a: NodeLoad, b: NodeLoad) -> NodeLoad {
    NodeLoad(flows: a.flows - b.flows, packets: a.packets - b.packets, bytes: a.bytes - b.bytes)
  }
  static func + (a: NodeLoad, b: NodeLoad) -> NodeLoad {
    NodeLoad(flows: a.flows + b.flows, packets: a.packets + b.packets, bytes: a.bytes + b.bytes)
  }
}

/// What every node accepted in one phase.
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
