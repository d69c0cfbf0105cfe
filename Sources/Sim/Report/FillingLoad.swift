import Engine
import FarmFile

/// A load that climbs although as many clients come as before: a run begins without flows, and those that have begun
/// still last.
///
/// A stream of flows or sessions lacks at first all packets but the first of each. How soon it has them depends on how
/// long they last (``FlowDuration/missing(after:)``), and how much that is of the whole load on how many packets they
/// send. Streams of single requests lack nothing.
struct FillingLoad {
  private struct Stream {
    let name: String
    let noun: String
    let duration: FlowDuration
    /// Packets a second of the steady load, and those of them that come after the first of a flow or session.
    let packets: Double
    let later: Double
  }

  /// What takes so much of the load that it climbs no more as it would have.
  struct Breach {
    let happened: String
    let at: Instant
  }

  private let streams: [Stream]

  /// The part of the whole load that is not worth a word if it is missing.
  private static let least = 0.05
  /// The lengths of more streams of a kind than this are not told one by one.
  private static let mostNamed = 4

  init(_ scenario: Scenario) {
    streams = scenario.traffic.map { model in
      let isTCP = scenario.rule(of: model).transport == .tcp
      let rate = model.arrivals.mean
      guard isTCP || model.datagrams != nil else {
        return Stream(name: model.name, noun: "", duration: .constant(.zero), packets: rate, later: 0)
      }
      let segments = model.flow.duration.mean / max(model.flow.segmentInterval.seconds, 1e-9)
      let ofFlow = segments + (isTCP ? 2 : 1)
      guard let session = model.session else {
        return Stream(
          name: model.name, noun: isTCP ? "connections" : "flows", duration: model.flow.duration,
          packets: rate * ofFlow, later: rate * (ofFlow - 1))
      }
      let length =
        session.connections * model.flow.duration.mean + (session.connections - 1) * session.thinkTime.seconds
      let packets = rate * session.connections * ofFlow
      return Stream(
        name: model.name, noun: "sessions",
        duration: .exponential(Duration(nanoseconds: Int64(min(length, 1e9) * 1e9))),
        packets: packets, later: packets - rate)
    }
  }

  /// `Still filling up: ...`; `nil` if the load is nearly full when it begins to be measured.
  /// - Parameter breach: what is told instead of the time when the load is full, if it comes before that.
  func words(measuredFrom from: Instant, end: Instant, unlessBefore breach: Breach? = nil) -> String? {
    guard isMissing(after: from.seconds) else { return nil }
    if let breach, isMissing(after: breach.at.seconds) {
      return
        "The load was still filling up when \(breach.happened) at \(Readable.moment(breach.at)): \(lengths) on average and "
        + "there were none at the start."
    }
    var (low, high) = (from.seconds, end.seconds)
    let isFull = !isMissing(after: high)
    if isFull {
      while high - low > 1e-3 * high {
        let middle = (low + high) / 2
        if isMissing(after: middle) { low = middle } else { high = middle }
      }
    }
    let until =
      isFull
      ? "until it is within \(Readable.percent(FillingLoad.least)) of its full height at about \(FillingLoad.about(high))"
      : "as long as the run lasts"
    return
      "Still filling up: \(lengths) on average and there were none at the start, so that the load climbs \(until)."
  }

  private func isMissing(after seconds: Double) -> Bool {
    let missing = streams.reduce(0) { $0 + $1.later * $1.duration.missing(after: seconds) }
    return missing > FillingLoad.least * streams.reduce(0) { $0 + $1.packets }
  }

  /// `connections last 5 s (web) and 20 s (database)`
  private var lengths: String {
    var kinds: [String] = []
    for stream in streams where stream.later > 0 && !kinds.contains(stream.noun) { kinds.append(stream.noun) }
    let parts = kinds.enumerated().map { place, noun in
      let those = streams.filter { $0.later > 0 && $0.noun == noun }
      let means = those.map(\.duration.mean)
      let (least, most) = (means.min() ?? 0, means.max() ?? 0)
      let each =
        least == most
        ? Readable.time(least)
        : those.count > FillingLoad.mostNamed
          ? "\(Readable.time(least)) to \(Readable.time(most))"
          : PlainText.list(those.map { "\(Readable.time($0.duration.mean)) (\($0.name))" })
      return "\(noun)\(place == 0 ? " last" : "") \(each)"
    }
    return PlainText.list(parts)
  }

  /// Two digits, since it is a model's word.
  private static func about(_ seconds: Double) -> String {
    var scale = 1.0
    while seconds / scale >= 100 { scale *= 10 }
    while seconds / scale < 10 { scale /= 10 }
    return Readable.time((seconds / scale).rounded() * scale)
  }
}

extension ArrivalModel {
  /// Arrivals a second, on average.
  fileprivate var mean: Double {
    switch self {
    case .poisson(let rate), .constant(let rate): rate
    case .onOff(let rate, let on, let off): rate * on.seconds / max((on + off).seconds, 1e-9)
    }
  }
}
