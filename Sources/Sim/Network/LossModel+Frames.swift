extension LossModel {
  /// Whether the next frame is lost.
  /// - Parameter isBad: the Gilbert-Elliott state the frame finds and leaves behind; start with `false`.
  ///   Other models do not touch it.
  func loses(isBad: inout Bool, drawing stream: inout RandomStream) -> Bool {
    switch self {
    case .none: return false
    case .independent(let p): return stream.bernoulli(p)
    case .gilbertElliott(let enter, let leave, let lossGood, let lossBad):
      let isLost = stream.bernoulli(isBad ? lossBad : lossGood)
      if stream.bernoulli(isBad ? leave : enter) { isBad.toggle() }
      return isLost
    }
  }
}
