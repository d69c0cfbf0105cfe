/// A new connection, session or request of a stream: when it comes, and from which client.
///
/// A stream draws its arrivals a batch at a time, each property in a loop of its own: instants, clients, then keys.
struct Arrival: BitwiseCopyable, Sendable {
  /// In nanoseconds; `max` if it never comes.
  var time = UInt64.max
  var client: UInt32 = 0
  var port: UInt16 = 0
  /// See ``TrafficStream/key(client:port:)``.
  var key: UInt16 = 0

  /// How many are drawn at once.
  static let batchSize = 32
  /// The random numbers of one batch, where each arrival takes one.
  typealias Numbers = InlineArray<32, UInt64>
}
