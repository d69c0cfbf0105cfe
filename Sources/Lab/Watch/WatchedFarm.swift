import Engine
import Foundation
import Synchronization

/// What the watch's thread has recorded, for other threads.
final class WatchedFarm: Sendable {
  private struct Contents {
    var changes: [FilterChange] = []
    var current: [NodeID: WatchedFilter] = [:]
    var overruns = 0
    var failure: LabError?
  }

  private let contents = Mutex(Contents())
  private let ended = DispatchGroup()

  init() { ended.enter() }

  var current: [NodeID: WatchedFilter] { contents.withLock { $0.current } }
  var overruns: Int { contents.withLock { $0.overruns } }
  var failure: LabError? { contents.withLock { $0.failure } }

  func take() -> [FilterChange] {
    contents.withLock { contents in
      defer { contents.changes = [] }
      return contents.changes
    }
  }

  func add(_ changes: [FilterChange]) {
    contents.withLock { contents in
      for change in changes { contents.current[change.node] = change.filter }
      contents.changes += changes
    }
  }

  /// The last change of a node, which has no filter any more.
  func remove(_ change: FilterChange) {
    contents.withLock { contents in
      contents.current[change.node] = nil
      contents.changes.append(change)
    }
  }

  func noteOverrun() { contents.withLock { $0.overruns += 1 } }
  func note(_ failure: LabError) { contents.withLock { $0.failure = failure } }

  /// Called when the thread ends. - Precondition: called once.
  func end() { ended.leave() }
  func waitForEnd() { ended.wait() }
}
