import Lab
import TestSupport
import Testing

extension Trait where Self == ConditionTrait {
  /// For tests that play a lab with the programs built beside them.
  static var needsRealFarm: Self {
    .enabled(
      if: LabNeeds.missing == nil && BuiltProgram.areThere, "needs root, ip, nft and the built programs")
  }
}
