import Engine
import FarmFile
import Sim

extension LabPlan {
  /// The longest time until checkers have found an application's fault, a command has been executed, and the node
  /// serves again.
  var applicationSettle: Duration {
    let own = scenario.farm.checkers.map(\.settings).filter(\.kind.looksAtApplication)
    let noticed = own.map(\.noticesWithin).max() ?? .zero
    let recovered = own.map(\.recoversWithin).max() ?? .zero
    return noticed + scenario.farm.application.startTime + recovered + settle
  }

  /// Makes room for the shifts of ``scenario(of:)``.
  mutating func scatterFaults() {
    guard isScattered else { return }
    scenario.run.duration += scatter
    notes.append(
      """
      Faults come up to \(scatter.words) later in each repeat, at another time of the checks: how soon these find one \
      depends on it, and the checks of real nodes and of simulated ones do not begin alike.
      """)
  }

  /// Whether the faults of each repeat have times of their own.
  var isScattered: Bool {
    scatter > .zero && scenario.faults.contains(where: \.kind.isOfApplication)
  }

  /// The longest time between two checks of an application.
  private var scatter: Duration {
    scenario.farm.checkers.map(\.settings).filter(\.kind.looksAtApplication).map(\.period).max() ?? .zero
  }

  /// The scenario of one repeat or trial, for both sides.
  ///
  /// The times of faults are shifted by the fractions of multiples of the golden ratio. So they are spread evenly
  /// between two checks, however few repeats there are.
  public func scenario(of index: Int) -> Scenario {
    var own = scenario
    guard isScattered else { return own }
    let turns = Double(index + 1) * 0.618_033_988_749_894_9
    let shift = Duration.nanoseconds(Int(Double(scatter.nanoseconds) * (turns - turns.rounded(.down))))
    for i in own.faults.indices {
      own.faults[i].at += shift
      own.faults[i].until = own.faults[i].until.map { $0 + shift }
    }
    return own
  }
}

extension Farm {
  /// Whether the farm ends a fault of an application by itself, because a checker finds it and the application is
  /// started anew.
  func heals(_ kind: FaultKind) -> Bool {
    checkers.contains { checker in
      guard checker.settings.action.isCounted else { return false }
      switch (kind, checker.settings.kind) {
      case (.applicationCrash, .tcp), (.applicationCrash, .process): return true
      case (.applicationCrash, .http), (.applicationHang, .http): return true
      case (.applicationSlow(_, let delay), .http): return delay >= checker.settings.timeout
      default: return false
      }
    }
  }
}
