import Engine
import Foundation

/// Keeps the boot ids of a node's lives on the disk, so that a recorded heartbeat that somebody sends again is
/// recognised as the node's own.
///
/// Without the file, a node that listens and hears no third node takes such a heartbeat for another machine with its
/// id.
struct BootMemory: Sendable {
  private let file: StateFile

  /// The most lives that are remembered.
  static let most = 256

  init(folder: String, node: String) { file = StateFile(path: "\(folder)/\(node).boots") }

  /// Begins a life, whose boot id is stored before it is used.
  /// - Returns: the lives before it, the newest last, and what went wrong, if anything. Lines that are no boot id are
  ///   ignored.
  func begin(_ bootID: BootID) -> (former: [BootID], failure: DriverError?) {
    var former: [BootID] = []
    var failure: DriverError?
    do throws(DriverError) {
      let lines = String(decoding: try file.read() ?? [], as: UTF8.self).split(separator: "\n")
      former = lines.compactMap { UInt64($0, radix: 16).map { BootID($0) } }.suffix(Self.most)
    } catch { failure = error }
    let all = (former + [bootID]).suffix(Self.most)
    let text = all.map { String($0.rawValue, radix: 16) + "\n" }.joined()
    do throws(DriverError) {
      try file.write(Array(text.utf8), isDurable: true)
    } catch { failure = failure ?? error }
    return (former, failure)
  }
}
