import Engine

/// What the model of Network Load Balancing assumes. Each value that could be otherwise is a setting.
public struct NLBAssumptions: Sendable, Hashable {
  /// Buckets of a rule, 1 to 64: a map is a word of 64 bits in the heartbeat.
  public var bucketCount = 60
  /// The seed of the stand-in for the unpublished hash.
  public var hashSeed: UInt32 = 0
  /// Whether a new map moves as few buckets as possible. If not, each host gets a run of neighbouring buckets.
  public var movesFewest = true
  /// A host looks for silent members at each of its own heartbeats that this divides, counted from its start.
  public var checkEvery = 1
  /// How long a convergence takes in which a host starts.
  public var joinPhases = NLBPhases(converging: 3, stable: 6, mapping: 0, settled: 1)
  /// How long any other convergence takes.
  public var phases = NLBPhases(converging: 1, stable: 1, mapping: 0, settled: 1)
  /// Whether the old map goes on during every convergence, that after a partition included. If not, a host serves
  /// nothing while it converges.
  public var keepsMapWhileConverging = true
  /// Whether a host that has never converged serves nothing. If not, it serves every bucket.
  public var newcomerServesNothing = true
  /// Whether a host keeps a bucket until the new owner announces it. If not, it gives it up when it has converged.
  public var keepsUntilAnnounced = true
  /// Whether a draining host takes new connections until the others have its buckets. If not, it stops at once.
  public var drainKeepsMap = true
  /// How much of an IPv6 address class C affinity looks at, in bits.
  public var networkPrefixV6: UInt8 = 48

  public init() {}

  /// All of them, in the order of their numbers.
  public var list: [Assumption] {
    [
      Assumption(1, "A rule has \(bucketCount) buckets."),
      Assumption(
        2,
        "The hash is unpublished; lookup3 with seed \(hashSeed) stands in, so that only shares mean something."
      ),
      Assumption(
        3,
        movesFewest
          ? "A new map gives each host its quota by weight, rounded by largest remainder, and moves the fewest buckets."
          : "A new map gives each host, by priority, a run of its quota, rounded by largest remainder."),
      Assumption(4, "A host looks for silent members at \(Self.ordinal(checkEvery)) of its own heartbeats."),
      Assumption(
        5, "A convergence takes \(phases.text) periods (converging, stable, mapping, settled)."),
      Assumption(
        6,
        "A convergence in which a host starts takes \(joinPhases.text) periods, as in the published example."),
      Assumption(
        7,
        keepsMapWhileConverging
          ? "The old map goes on during a convergence, after a partition on both sides."
          : "A host serves nothing while it converges."),
      Assumption(
        8,
        newcomerServesNothing
          ? "A host that has not yet converged serves nothing."
          : "A host that has not yet converged serves everything."),
      Assumption(
        9,
        keepsUntilAnnounced
          ? "A host keeps a bucket until the new owner announces it."
          : "A host gives a bucket up when it has converged, whoever has it then."),
      Assumption(
        10,
        drainKeepsMap
          ? "A draining host takes new connections until the convergence is over."
          : "A draining host takes no new connections from the command on."),
      Assumption(11, "A host that is stopped says nothing; the others miss it."),
      Assumption(12, "A host sends at its own period only, from a random instant after its start."),
      Assumption(
        13,
        "In heartbeats the states are 1 to 5, the default rule has the last place, and a rule is a digest."),
      Assumption(14, "Class C affinity looks at \(networkPrefixV6) bits of an IPv6 address."),
      Assumption(15, "All hosts know the clients of extended affinity alike."),
      Assumption(16, "A bucket that two hosts serve after a partition stays with the lower host priority."),
    ]
  }

  private static func ordinal(_ n: Int) -> String { n == 1 ? "each" : "every \(n) th" }
}

/// How many of its own heartbeats a host spends at least in each stage of a convergence (``NLBStage``).
public struct NLBPhases: Sendable, Hashable {
  public var converging: Int
  public var stable: Int
  public var mapping: Int
  public var settled: Int

  public init(converging: Int, stable: Int, mapping: Int, settled: Int) {
    self.converging = converging
    self.stable = stable
    self.mapping = mapping
    self.settled = settled
  }

  /// The four numbers, for example `3 + 6 + 0 + 1`.
  public var text: String { "\(converging) + \(stable) + \(mapping) + \(settled)" }

  /// The number of heartbeats for a stage; 0 for ``NLBStage/converged``.
  func heartbeats(in stage: NLBStage) -> Int {
    switch stage {
    case .converging: converging
    case .stable: stable
    case .mapping: mapping
    case .settled: settled
    case .converged: 0
    }
  }
}
