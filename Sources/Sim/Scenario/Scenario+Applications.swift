extension Scenario {
  /// Whether anything depends on applications: there are checkers, or faults of applications.
  package var hasApplications: Bool {
    files.contains { !$0.checkers.isEmpty } || faults.contains { $0.kind.isOfApplication }
  }
}
