import Engine

/// A limit on the frames that come in by a port and are flooded: storm control, or a limit on unknown unicast.
struct FloodLimit: Sendable, Hashable {
  enum Amount: Sendable, Hashable {
    /// Frames in each second.
    case frames(perSecond: Int)
    /// Bits in each second: a share of the port's bandwidth.
    case bits(perSecond: Int)
    /// Frames altogether, until somebody resets the port.
    case budget(frames: Int)
  }

  enum Excess: Sendable, Hashable {
    case drop
    /// The port goes down until somebody sets it up again.
    case shutdown
  }

  var classes: FloodClasses
  var amount: Amount
  var excess = Excess.drop
  /// How long frames must have been flooded without a pause of a second before the limit holds.
  var after = Duration.zero

  /// The share of frames that a steady stream loses, 0 to 1, once the limit holds; for a budget, 0.
  /// - Parameters:
  ///   - offered: frames in a second.
  ///   - bytes: of one frame, above zero.
  func lossShare(offered: Double, bytes: Int) -> Double {
    let admitted: Double
    switch amount {
    case .frames(let limit): admitted = Double(limit)
    case .bits(let limit): admitted = Double(limit / (8 * bytes))
    case .budget: return 0
    }
    return offered > admitted ? 1 - admitted / offered : 0
  }
}

/// Counts one port's flooded frames against a ``FloodLimit``.
///
/// Each second of the clock has its own count, as with the switches that measure by intervals of a second.
struct FloodMeter: Sendable {
  let limit: FloodLimit
  /// Frames or bits in the second that is counted; for a budget, of all time.
  private var used = 0
  private var second: UInt64 = 0
  private var floodingSince: Instant?
  private var last = Instant.zero

  init(_ limit: FloodLimit) { self.limit = limit }

  /// Whether a budget is used up.
  var isExhausted: Bool {
    if case .budget(let frames) = limit.amount { used >= frames } else { false }
  }

  /// Counts a frame and tells whether it may pass.
  mutating func admits(bytes: Int, at now: Instant) -> Bool {
    if floodingSince == nil || now - last >= .seconds(1) { floodingSince = now }
    last = now
    guard let since = floodingSince, now - since >= limit.after else { return true }
    let (size, most): (Int, Int)
    switch limit.amount {
    case .frames(let perSecond): (size, most) = (1, perSecond)
    case .bits(let perSecond): (size, most) = (8 * bytes, perSecond)
    case .budget(let frames):
      if used >= frames { return false }
      used += 1
      return true
    }
    let current = now.nanoseconds / 1_000_000_000
    if current != second { (second, used) = (current, 0) }
    if used + size > most { return false }
    used += size
    return true
  }

  /// Begins anew, as when somebody resets the port.
  mutating func reset() { self = FloodMeter(limit) }
}
