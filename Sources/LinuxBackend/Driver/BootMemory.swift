import Engine
import Foundation

/// Keeps the boot ids of a node's lives on the disk, so that what somebody recorded of them and sends again is known as
/// the node's own.
///
/// Without the file the node takes it for another machine with its id while it listens and no third node is heard.
struct BootMemory: Sendable {
  private let file: StateFile

  /// Lives that are remembered.
  static let most = 256

  init(folder: String, node: String) { file = StateFile(path: "\(folder)/\(node).boots") }

  /// Begins a life, which is stored before it is used.
  /// - Returns: the lives before it, the newest last, with what went wrong, if anything. What is no boot id in the file
  ///   does not count.
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
