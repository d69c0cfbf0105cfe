import Engine

/// A farm as its operator describes it: names and addresses around the engine's settings.
public struct Farm: Sendable, Hashable {
  /// Node names by node id.
  public var nodes: [String]
  /// The addresses that all nodes share; at least one.
  public var virtualIPs: [IPAddress]
  /// Group names by group id.
  public var groups: [String]
  /// Heartbeat network names by network id.
  public var networks: [String]
  public var settings: Settings
  /// Rule names by position in the settings' rules: `tcp/80` unless the operator chose one.
  public var rules: [String]
  /// What each node checks, by checker id. A node's own policy, not part of the settings.
  public var checkers: [Checker]
  public var application: ApplicationSettings
  /// Which command the node tells of events; `nil` for none.
  public var notify: NotifySettings?

  public init(
    nodes: [String], virtualIPs: [IPAddress], groups: [String], networks: [String], settings: Settings,
    rules: [String] = [], checkers: [Checker] = [], application: ApplicationSettings = ApplicationSettings(),
    notify: NotifySettings? = nil
  ) {
    self.nodes = nodes
    self.virtualIPs = virtualIPs
    self.groups = groups
    self.networks = networks
    self.settings = settings
    self.rules = rules
    self.checkers = checkers
    self.application = application
    self.notify = notify
  }
}
