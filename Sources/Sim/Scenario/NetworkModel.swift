import Engine

/// One layer-2 segment: how long a frame takes and how frames are lost, for each direction and pair of nodes.
public struct NetworkModel: Sendable, Hashable {
  public var name: String
  /// Whether clients reach the virtual IP through it.
  public var carriesService: Bool
  public var carriesHeartbeat: Bool
  public var delay: DelayModel
  /// Loss of the one copy that a sender puts on the wire: all receivers miss it together.
  public var uplinkLoss: LossModel
  /// Loss of each receiver's copy, independent of the others.
  public var downlinkLoss: LossModel
  /// Chance that a receiver gets a frame twice, 0 to 1.
  public var duplication: Double
  /// Chance that a frame is held back by an extra delay, 0 to 1, and that delay.
  public var reordering: Double
  public var reorderingDelay: Duration
  /// Exceptions for some senders and receivers. The last one that matches applies.
  public var links: [LinkModel]

  public init(
    name: String, carriesService: Bool = true, carriesHeartbeat: Bool = true,
    delay: DelayModel = .constant(.microseconds(200)), uplinkLoss: LossModel = .none,
    downlinkLoss: LossModel = .none, duplication: Double = 0, reordering: Double = 0,
    reorderingDelay: Duration = .milliseconds(1), links: [LinkModel] = []
  ) {
    self.name = name
    self.carriesService = carriesService
    self.carriesHeartbeat = carriesHeartbeat
    self.delay = delay
    self.uplinkLoss = uplinkLoss
    self.downlinkLoss = downlinkLoss
    self.duplication = duplication
    self.reordering = reordering
    self.reorderingDelay = reorderingDelay
    self.links = links
  }
}

/// Another delay or downlink loss from some nodes to some nodes; `nil` for no change.
public struct LinkModel: Sendable, Hashable {
  public var from: NodeSet
  public var to: NodeSet
  public var delay: DelayModel?
  public var loss: LossModel?

  public init(from: NodeSet, to: NodeSet, delay: DelayModel? = nil, loss: LossModel? = nil) {
    self.from = from
    self.to = to
    self.delay = delay
    self.loss = loss
  }
}

/// The distribution of a delay. Draws below zero count as zero.
public enum DelayModel: Sendable, Hashable {
  case constant(Duration)
  case uniform(Duration, Duration)
  case normal(mean: Duration, sd: Duration)
  /// `sigma` is the standard deviation of the logarithm.
  case lognormal(median: Duration, sigma: Double)
}

/// How frames are lost. Probabilities are 0 to 1, for each frame.
public enum LossModel: Sendable, Hashable {
  case none
  case independent(Double)
  /// Two states. A frame changes the state from good to bad with probability `enter` and back with `leave`. It is lost
  /// with probability `lossGood` or `lossBad`, by the state that it finds.
  case gilbertElliott(enter: Double, leave: Double, lossGood: Double, lossBad: Double)
}

/// The virtual kernel of a node.
public struct KernelModel: Sendable, Hashable {
  /// How long it takes until a commit or lease renewal is in force.
  public var commit: DelayModel
  /// How late a daemon's timer fires.
  public var timer: DelayModel

  public init(
    commit: DelayModel = .uniform(.microseconds(60), .microseconds(600)),
    timer: DelayModel = .constant(.zero)
  ) {
    self.commit = commit
    self.timer = timer
  }
}
