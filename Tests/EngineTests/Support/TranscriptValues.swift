import Engine

/// The `key=value` words of a command.
struct TranscriptValues {
  private let parts: [String]

  init(_ parts: [String]) { self.parts = parts }

  func text(_ key: String) -> String? {
    parts.first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.count + 1)) }
  }

  func int(_ key: String) -> Int { text(key).flatMap { Int($0) } ?? 0 }

  /// `inside=3 outside=2 in=1,4`: the flows of a kernel. Those outside are in every bucket that is not owned, unless
  /// `in` names the buckets.
  func flows(of owned: BucketSet) -> TrackedFlows {
    var buckets = BucketSet(capacity: owned.capacity)
    if let named = text("in") {
      for bucket in named.split(separator: ",").compactMap({ Int($0) }) { buckets.insert(Bucket(bucket)) }
    } else if int("outside") > 0 {
      buckets = .all(capacity: owned.capacity)
      buckets.subtract(owned)
    }
    return TrackedFlows(inside: int("inside"), outside: int("outside"), bucketsOutside: buckets)
  }

  /// `within 2 s`, `run 300 ms`: a number and a unit as two words.
  func duration(after word: String) -> Duration? {
    guard let at = parts.firstIndex(of: word), at + 2 < parts.count, let n = Int(parts[at + 1]) else {
      return nil
    }
    return duration(n, parts[at + 2])
  }

  private func duration(_ n: Int, _ unit: String) -> Duration? {
    switch unit {
    case "us": .microseconds(n)
    case "ms": .milliseconds(n)
    case "s": .seconds(n)
    default: nil
    }
  }

  /// Settings with the changes that the command names, or `nil` if it names something else.
  func settings(from old: Settings) -> Settings? {
    var next = old
    for part in parts where part.contains("=") {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { return nil }
      let value = pair[1]
      switch pair[0] {
      case "nodes": next.nodeCount = Int(value) ?? 0
      case "buckets": next.groups[0].bucketCount = Int(value) ?? 0
      case "weights": next.groups[0].weights = value.split(separator: ",").map { UInt16($0) ?? 0 }
      case "misses": next.heartbeat.misses = Int(value) ?? 0
      case "networks":
        next.networks = value.split(separator: ",").map { NetworkSettings(carriesService: $0 == "service") }
      case "lease":
        guard let lease = ["renewed": LeasePolicy.renewed, "strict": .strict, "none": .none][value] else {
          return nil
        }
        next.heartbeat.leasePolicy = lease
      case "alone":
        let policies = ["availability": AlonePolicy.availability, "witness": .witness, "quorum": .quorum]
        guard let alone = policies[value] else { return nil }
        next.life.alone = alone
      case "failback":
        switch value {
        case "automatic": next.life.failback = .automatic
        case "manual": next.life.failback = .manual
        case let delayed where delayed.hasPrefix("after-"):
          next.life.failback = .delayed(.seconds(Int(delayed.dropFirst(6).dropLast()) ?? 0))
        default: return nil
        }
      case "hold": next.life.flapSuppress = Int(value) ?? 0
      case "grace": next.flows.grace = .seconds(Int(value.dropLast()) ?? 0)
      default: return nil
      }
    }
    if next.life.flapReuse >= next.life.flapSuppress { next.life.flapReuse = next.life.flapSuppress / 2 }
    return next.problems().isEmpty ? next : nil
  }
}
