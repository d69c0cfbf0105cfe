/// A stream of random numbers of its own for each seed, trial, entity and purpose.
///
/// The n-th number is a function of these four and n alone, computed by the block cipher Philox4x32-10. The seed is the
/// key and the others are the upper half of the counter, so two streams of one seed never share a block, and a draw
/// added in one place never shifts the numbers of another. Two variants of a scenario under one seed see the same luck
/// (common random numbers), and a run can be cut short or resumed. It is not for cryptography.
///
/// All `gsl_ran_*` distributions work on it; see the extensions for the ones in use.
///
/// Source: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011.
public struct RandomStream: RandomSource, Sendable, Hashable, BitwiseCopyable {
  /// The seed.
  @usableFromInline let key: UInt64
  /// Entity, trial and purpose: the upper half of every counter.
  @usableFromInline let stream: UInt64
  @usableFromInline var drawn: UInt64
  /// The second number of the block whose first number was drawn last.
  @usableFromInline var spare: UInt64

  /// How many numbers were drawn.
  @inlinable public var position: UInt64 { drawn }

  /// The start of a stream.
  /// - Parameters:
  ///   - trial: 0 to 2^24 - 1.
  ///   - entity: the node, pair of nodes or traffic stream that the numbers are for, below 2^32.
  ///   - purpose: what they decide.
  @inlinable public init(seed: UInt64, trial: Int, entity: UInt64, purpose: Purpose) {
    precondition(trial >= 0 && trial < 1 << 24, "a trial is 0 to 2^24 - 1")
    precondition(entity < 1 << 32, "an entity is below 2^32")
    key = seed
    stream = entity << 32 | UInt64(trial) << 8 | UInt64(purpose.rawValue)
    drawn = 0
    spare = 0
  }

  /// Where a stream of this start stood once: see ``position`` and `spare`.
  @inline(__always) init(
    seed: UInt64, trial: Int, entity: UInt64, purpose: Purpose, at position: UInt64, spare: UInt64
  ) {
    self.init(seed: seed, trial: trial, entity: entity, purpose: purpose)
    drawn = position
    self.spare = spare
  }

  /// What a stream is for. A new purpose gets a new raw value; no value is used twice or changed, or every seed would
  /// mean another run.
  public enum Purpose: UInt8, Sendable, Hashable, CaseIterable {
    case heartbeatInterval = 1
    case heartbeatDelay = 2
    case heartbeatLoss = 3
    case heartbeatDuplication = 4
    case heartbeatReordering = 5
    case uplinkLoss = 6
    case commit = 10
    case commitFailure = 11
    case incarnation = 12
    case bootID = 13
    case node = 14
    case timer = 15
    case arrivals = 20
    case onOff = 21
    case clients = 22
    case ports = 23
    case addresses = 24
    case flowDuration = 25
    case segments = 26
    case endings = 27
    case connections = 28
    case think = 29
    case packetDelay = 30
    case packetLoss = 31
    case answerLoss = 32
    case faults = 40
    case resampling = 50
    case test = 255
  }

  /// 64 independent, uniform bits.
  @inlinable public mutating func next() -> UInt64 {
    defer { drawn &+= 1 }
    if drawn & 1 == 1 { return spare }
    let block = Self.philox(counter: (drawn >> 1, stream), key: key)
    spare = block.1
    return block.0
  }
}
