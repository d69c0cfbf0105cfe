import Engine
import Sim

extension Scenario {
  /// Whether anything depends on the nodes' applications: there are checkers, or faults of applications.
  var hasApplications: Bool {
    !farm.checkers.isEmpty || faults.contains { $0.kind.isOfApplication }
  }
}

extension FaultKind {
  /// Whether it strikes the application of the nodes named, not their daemons, kernels or networks.
  var isOfApplication: Bool { applicationHold(hasEnd: false) != nil }

  /// What it does to an application; `nil` for what strikes something else.
  func applicationHold(hasEnd: Bool) -> LabApplications.Hold? {
    switch self {
    case .applicationCrash: .init(kind: .crash, hasEnd: hasEnd)
    case .applicationHang: .init(kind: .hang, hasEnd: hasEnd)
    case .applicationSlow(_, let delay): .init(kind: .slow, delay: delay, hasEnd: hasEnd)
    default: nil
    }
  }
}
