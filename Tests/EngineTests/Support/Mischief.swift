import Engine

/// What a network and a kernel may do without any effect: repeat things, and change their order.
struct Mischief {
  var random: Xorshift
  /// Thousandths of the datagrams and confirmations that come twice.
  var duplicatePermille: Int
  /// Each datagram is up to this much later than the delay, so that it may be overtaken.
  var reordering: Duration

  mutating func duplicates() -> Bool { random.below(1000) < duplicatePermille }

  mutating func delay() -> Duration {
    reordering == .zero ? .zero : .nanoseconds(random.below(Int(reordering.nanoseconds)))
  }

  /// How much later the second copy comes: never on the tick of anything else.
  mutating func later() -> Duration { .nanoseconds(1 + random.below(30_000_000)) }
}
