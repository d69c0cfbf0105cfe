import Engine
import FarmFile

/// One question to a farm: what it consists of, who uses it, what breaks, and what must hold.
///
/// Networks and sets of nodes are by id; the names are in ``farm``.
public struct Scenario: Sendable {
  /// The file's name without its ending.
  public var name: String
  /// The first comment line of the file: the operator's question.
  public var question: String
  public var description: String
  /// The question's subject; `nil` if the file does not say it, see ``subject``.
  public var about: Subject?
  /// The condition for the answer *yes* or *no*; `nil` if the question is not of that kind.
  public var yesCondition: YesCondition?
  public var farm: Farm
  /// By network id: `networks[i]` is the model of `farm.networks[i]`.
  public var networks: [NetworkModel]
  public var kernel: KernelModel
  public var traffic: [TrafficModel]
  /// In order of ``Fault/at``; at equal times in file order.
  public var faults: [Fault]
  /// Entries from which each trial gets more faults: see ``drawn(seed:trial:)``.
  public var series: [FaultSeries]
  public var run: RunPlan
  public var expectations: [Expectation]
  /// Rules that only a reload brings. Indices of ``TrafficModel/rule`` continue into them.
  public var laterRules: [FilterRule]
  /// Nodes that only a reload brings, after those of the farm: machines that exist but are not started yet.
  public var laterNodes: [String]

  public init(
    name: String, question: String, description: String, farm: Farm, networks: [NetworkModel],
    kernel: KernelModel, traffic: [TrafficModel], faults: [Fault], run: RunPlan,
    expectations: [Expectation], series: [FaultSeries] = [], laterRules: [FilterRule] = [],
    laterNodes: [String] = [], about: Subject? = nil, yesCondition: YesCondition? = nil
  ) {
    self.name = name
    self.question = question
    self.description = description
    self.farm = farm
    self.networks = networks
    self.kernel = kernel
    self.traffic = traffic
    self.faults = faults
    self.run = run
    self.expectations = expectations
    self.series = series
    self.laterRules = laterRules
    self.laterNodes = laterNodes
    self.about = about
    self.yesCondition = yesCondition
  }

  /// Names by node id, of all nodes of the run.
  public var nodes: [String] { farm.nodes + laterNodes }
  public var nodeCount: Int { farm.settings.nodeCount + laterNodes.count }

  /// The rule that a stream of clients goes to.
  public func rule(of stream: TrafficModel) -> FilterRule {
    let own = farm.settings.rules
    return stream.rule < own.count ? own[stream.rule] : laterRules[stream.rule - own.count]
  }

  /// The group and identity of a stream's packets under some rules; `nil` if no node accepts them.
  func match(of stream: TrafficModel, under rules: RuleSet) -> RuleMatch? {
    rules.match(rule(of: stream).transport, destination: stream.virtualIP, port: stream.port)
  }
}

/// How long, with which seed, and how often.
public struct RunPlan: Sendable, Hashable {
  public var duration: Duration
  public var seed: UInt64
  public var trials: Int
  /// Measures of load and skew begin at this time, once the farm has formed.
  public var warmUp: Duration

  public init(duration: Duration, seed: UInt64 = 1, trials: Int = 1, warmUp: Duration = .seconds(5)) {
    self.duration = duration
    self.seed = seed
    self.trials = trials
    self.warmUp = warmUp
  }
}
