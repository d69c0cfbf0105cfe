/// What a scenario's question is about. The answer begins with it.
public enum Subject: String, Sendable, Hashable, CaseIterable {
  /// Which node carries how much.
  case load
  /// How long clients were not served by any node.
  case outage
  /// Who lost an established connection; if clients have none, whose requests were not answered.
  case connections
  /// Whose clients lost something.
  case clients
  /// Whether two nodes answered for the same bucket.
  case double
  /// Which nodes buckets moved to and when, and whether they came back.
  case owners
  /// How often clients had to try again.
  case retries
}

extension Scenario {
  /// As the file says or, if it does not, as its expectations and traffic suggest.
  public var subject: Subject {
    if let about { return about }
    func expectsOnly(_ prefixes: [String]) -> Bool {
      !expectations.isEmpty
        && expectations.allSatisfy { expectation in
          prefixes.contains { expectation.measure.name.hasPrefix($0) }
        }
    }
    if expectsOnly(["skew."]) { return .load }
    if expectsOnly(["buckets_moved", "view_changes"]) { return .owners }
    if expectsOnly(["connects_repeated", "requests_repeated"]) { return .retries }
    if expectsOnly(["double_owner_time.", "packets_twice", "connects_reset"]) { return .double }
    if expectsOnly([
      "hole_time.", "unreached_time.", "rebalance_time.", "client_outage.", "flow_outage.",
      "application_outage.",
    ]) {
      return .outage
    }
    return traffic.isEmpty ? .outage : .connections
  }
}
