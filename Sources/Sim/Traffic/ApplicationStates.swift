import Engine

/// How the nodes' applications treat clients. In the beginning all of them serve without delay.
struct ApplicationStates: Sendable {
  /// Nodes whose kernel refuses connects, because the application is down.
  var refusing: UInt64 = 0
  /// Nodes whose application is connected to but answers nothing.
  var silent: UInt64 = 0
  /// By node, in nanoseconds: how much later than usual answers come.
  var delays = [UInt64](repeating: 0, count: 64)
  /// By node: the generation of flows that ended with their application and that the node's kernel resets.
  var ended = [UInt16?](repeating: nil, count: 64)
  /// By node: the first generation of flows whose connections its application may still have.
  var oldest = [UInt16](repeating: 0, count: 64)
  /// Whether any application has ended or hung so far. Until then flows need no second look.
  private(set) var hasBeenTroubled = false
  private(set) var isTroubled = false

  /// Whether the one node of a mask does not serve.
  @inline(__always) func leavesAlone(_ accepting: UInt64) -> Bool { accepting & (refusing | silent) != 0 }

  mutating func set(_ node: Int, refuses: Bool, isSilent: Bool, delay: Duration) {
    let bit: UInt64 = 1 << UInt64(node)
    refusing = refuses ? refusing | bit : refusing & ~bit
    silent = isSilent ? silent | bit : silent & ~bit
    delays[node] = UInt64(max(0, delay.nanoseconds))
    if refuses || isSilent { hasBeenTroubled = true }
    isTroubled = refusing | silent != 0 || ended.contains { $0 != nil }
  }
}
