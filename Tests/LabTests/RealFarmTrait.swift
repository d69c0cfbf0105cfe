import Lab
import TestSupport
import Testing

extension Trait where Self == InTimeTrait {
  /// For tests that play a lab with the programs built beside them, and keep it to its times.
  static var needsRealFarm: Self {
    .inTime(
      if: .enabled(
        if: LabNeeds.missing == nil && BuiltProgram.areThere, "needs root, ip, nft and the built programs"))
  }
}
