import Engine
import Foundation

/// Keeps a node's incarnation on the disk, so that each life's number is above the last one's whatever the wall clock
/// says.
///
/// Without the file the wall clock alone decides. A node whose clock went back is then ignored until its peers tell it
/// the number of its former life.
struct IncarnationStore: Sendable {
  private let file: StateFile

  /// No clock shows a number this high: a file that does is broken.
  private static let highest: UInt64 = 1 << 62

  init(folder: String, node: String) { file = StateFile(path: "\(folder)/\(node).incarnation") }

  /// Begins a life: `max(stored + 1, wall clock in milliseconds)`, stored before it is used. A disk that is full or
  /// broken keeps no node from its farm.
  /// - Returns: the incarnation, and what went wrong, if anything.
  func begin(wallMilliseconds: UInt64) -> (incarnation: Incarnation, failure: DriverError?) {
    var last: UInt64?
    var failure: DriverError?
    do throws(DriverError) { last = try stored() } catch { failure = error }
    let incarnation = Incarnation(max(last.map { $0 + 1 } ?? 0, wallMilliseconds))
    do throws(DriverError) { try store(incarnation) } catch { failure = failure ?? error }
    return (incarnation, failure)
  }

  /// Stores an incarnation that the engine has raised.
  func store(_ incarnation: Incarnation) throws(DriverError) {
    try file.write(Array("\(incarnation.rawValue)\n".utf8), isDurable: true)
  }

  /// The number of the last life; `nil` if there is no file, or no number in it.
  func stored() throws(DriverError) -> UInt64? {
    guard let bytes = try file.read() else { return nil }
    let text = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let number = UInt64(text), number < IncarnationStore.highest else { return nil }
    return number
  }
}
