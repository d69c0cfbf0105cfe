import Engine
import Foundation

/// Memory and open descriptors of every daemon, read once a second while it runs.
///
/// The beginning of each life, in which memory is allocated as it is first needed, is kept apart from the rest.
struct DaemonUsage: Sendable {
  /// What a process holds at one time.
  struct Holding: Sendable, Hashable {
    /// Resident memory, in bytes.
    var memory: Int
    /// Open file descriptors.
    var descriptors: Int

    func union(_ other: Holding, _ choice: (Int, Int) -> Int) -> Holding {
      Holding(memory: choice(memory, other.memory), descriptors: choice(descriptors, other.descriptors))
    }
  }

  /// One process, from the first reading to the last.
  struct Life: Sendable, Hashable {
    var node: NodeID
    var process: Int32
    var began: Instant
    var ended: Instant
    /// The most that it held in its beginning, once it had settled.
    var early: Holding?
    /// The last few readings, the latest last.
    var late: [Holding] = []

    /// What it held at the end, without what came and went: the least of ``late``.
    var steady: Holding? {
      late.dropFirst().reduce(late.first) { $0?.union($1, min) }
    }
  }

  /// Time since the first reading: a daemon settles until the first of these, and its beginning lasts until the second.
  static let (settling, beginning) = (Duration.seconds(2), Duration.seconds(8))
  /// The most readings in ``Life/late``.
  private static let lateLooks = 4

  private(set) var lives: [Life] = []
  private var lastLook = Instant.zero

  /// Reads the usage of the daemons that run, unless less than a second has passed.
  mutating func look(_ processes: [(node: NodeID, process: Int32)], at now: Instant) {
    guard now - lastLook >= .seconds(1) else { return }
    lastLook = now
    for (node, process) in processes {
      if let holding = DaemonUsage.holding(of: process) { note(holding, node, process, at: now) }
    }
  }

  mutating func note(_ holding: Holding, _ node: NodeID, _ process: Int32, at now: Instant) {
    let index =
      lives.lastIndex { $0.node == node && $0.process == process }
      ?? {
        lives.append(Life(node: node, process: process, began: now, ended: now))
        return lives.count - 1
      }()
    lives[index].ended = now
    let age = now - lives[index].began
    if age >= DaemonUsage.settling, age < DaemonUsage.beginning {
      lives[index].early = lives[index].early?.union(holding, max) ?? holding
    } else if age >= DaemonUsage.beginning {
      lives[index].late = lives[index].late.suffix(DaemonUsage.lateLooks - 1) + [holding]
    }
  }

  /// - Returns: `nil` for a process that is gone, or that has ended and only waits for its parent.
  static func holding(of process: Int32) -> Holding? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }), pages > 0,
      let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
    else { return nil }
    return Holding(memory: pages * Int(getpagesize()), descriptors: files.count)
  }
}
