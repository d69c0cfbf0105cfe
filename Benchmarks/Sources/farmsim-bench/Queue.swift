import Engine
import Sim

/// M/M/1 at rho 0.9: one queue, one server with rate 1, Poisson arrivals of rate 0.9. Its mean sojourn is
/// 1 / (1 - 0.9) = 10 in theory; a run whose mean is far from that has measured something else, and fails.
/// The peer is `peers/mm1_simpy.py`.
func mm1(customers: Int) {
  var model = QueueModel()
  let time = seconds { model.run(customers: customers) }
  let mean = model.sojourns / Double(customers)
  print(
    "farmsim mm1 customers=\(customers) mean sojourn \(text(mean, digits: 2)) (theory 10) "
      + "\(text(time, digits: 3)) s \(text(time / Double(customers) * 1e9, digits: 1)) ns/customer")
  // Sojourns are correlated over about 2 rho / (1 - rho)^2 = 180 of them, so the mean of n customers has a standard
  // deviation of about 10 sqrt(2 * 190 / n). - Source: W. Whitt, "Planning queueing simulations", 1989.
  let deviation = 10 * (380 / Double(customers)).squareRoot()
  if abs(mean - 10) > 5 * deviation { fail("the mean sojourn is not what theory says") }
}

private struct QueueModel {
  private enum Event: BitwiseCopyable, Sendable { case arrival, departure }

  private var queue = EventQueue<Event>()
  private var arrivals = RandomStream(seed: 1, trial: 0, entity: 0, purpose: .arrivals)
  private var services = RandomStream(seed: 1, trial: 0, entity: 1, purpose: .flowDuration)
  /// When the customers in the system came, in order; those before `first` are served.
  private var waiting: [Instant] = []
  private var first = 0
  private(set) var sojourns = 0.0

  mutating func run(customers: Int) {
    var toCome = customers
    queue.insert(at: .zero + Self.interval(mean: 1 / 0.9, &arrivals), .arrival)
    while let (now, event) = queue.popNext() {
      switch event {
      case .arrival:
        if first == waiting.count { queue.insert(at: now + Self.interval(mean: 1, &services), .departure) }
        waiting.append(now)
        toCome -= 1
        if toCome > 0 { queue.insert(at: now + Self.interval(mean: 1 / 0.9, &arrivals), .arrival) }
      case .departure:
        sojourns += Double((now - waiting[first]).nanoseconds) * 1e-9
        first += 1
        forgetServed()
        if first < waiting.count { queue.insert(at: now + Self.interval(mean: 1, &services), .departure) }
      }
    }
  }

  /// Gives the memory of served customers back once they are most of the list.
  private mutating func forgetServed() {
    guard first > 1024, 2 * first > waiting.count else { return }
    waiting.removeFirst(first)
    first = 0
  }

  /// An exponential time; one unit of the model's time is a second.
  private static func interval(mean: Double, _ stream: inout RandomStream) -> Engine.Duration {
    Engine.Duration(nanoseconds: Int64(stream.exponential(mean: mean) * 1e9))
  }
}
