import Engine
import Sim

extension FaultKind {
  /// What the fault does to an application; `nil` if it strikes something else.
  func applicationHold(hasEnd: Bool) -> LabApplications.Hold? {
    switch self {
    case .applicationCrash: .init(kind: .crash, hasEnd: hasEnd)
    case .applicationHang: .init(kind: .hang, hasEnd: hasEnd)
    case .applicationSlow(_, let delay): .init(kind: .slow, delay: delay, hasEnd: hasEnd)
    default: nil
    }
  }
}
