extension LossModel {
  /// Whether the next frame is lost.
  /// - Parameter isBad: the Gilbert-Elliott state before and after the frame; start with `false`. Other models do not
  ///   touch it.
  @inline(__always) func loses(isBad: inout Bool, drawing stream: inout some RandomSource) -> Bool {
    switch self {
    case .none: return false
    case .independent(let p): return stream.bernoulli(p)
    case .gilbertElliott(let enter, let leave, let lossGood, let lossBad):
      let isLost = stream.bernoulli(isBad ? lossBad : lossGood)
      if stream.bernoulli(isBad ? leave : enter) { isBad.toggle() }
      return isLost
    }
  }

  /// The same, with the state as a bit of a word.
  @inline(__always) func loses(
    bad: inout UInt64, _ bit: UInt64, drawing stream: inout some RandomSource
  ) -> Bool {
    var isBad = bad & bit != 0
    let isLost = loses(isBad: &isBad, drawing: &stream)
    bad = isBad ? bad | bit : bad & ~bit
    return isLost
  }

  /// Whether every frame is lost.
  var isTotal: Bool {
    switch self {
    case .none: false
    case .independent(let p): p >= 1
    case .gilbertElliott(_, _, let lossGood, let lossBad): lossGood >= 1 && lossBad >= 1
    }
  }
}
