import Lab
import TestSupport
import Testing

extension Trait where Self == InTimeTrait {
  /// For tests that play a lab with the programs built with them, and depend on its times.
  static var needsRealFarm: Self {
    .inTime(
      if: .enabled(
        if: LabNeeds.missing == nil && BuiltProgram.areThere, "needs root, ip, nft and the built programs"))
  }
}
