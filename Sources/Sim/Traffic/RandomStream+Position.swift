extension RandomStream {
  /// A stream from which `position` numbers have been drawn already.
  @inline(__always) init(seed: UInt64, trial: Int, entity: UInt64, purpose: Purpose, at position: UInt64) {
    self.init(seed: seed, trial: trial, entity: entity, purpose: purpose)
    drawn = position
    if position & 1 == 1 { spare = Self.philox(counter: (position >> 1, stream), key: key).1 }
  }
}
