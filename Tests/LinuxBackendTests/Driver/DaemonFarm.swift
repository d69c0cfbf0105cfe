import Engine
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// Two real daemons on a ``Segment``, with one file for both.
final class DaemonFarm {
  let segment: Segment
  let folder: String
  private(set) var nodes: [DaemonProcess] = []

  static let usual = """
    farm:
      nodes: {node1: 100, node2: 100}
      virtual_ip: 10.77.0.100
      flap: off
      rules: [{protocol: udp, port: 5300, identity: address_port}]
    linux:
      interfaces: {lan: eth0}
      addresses: {node1: {lan: 10.77.0.1}, node2: {lan: 10.77.0.2}}
      key_file: KEY

    """

  /// Makes the farm, but starts no daemon.
  /// - Parameter text: the farm file; `KEY` stands for the path of a key.
  init(_ text: String = usual) throws {
    segment = try Segment(nodes: 2)
    folder = try IncarnationStoreTests.folder()
    try KeyFile.create(key)
    try write(text)
  }

  deinit {
    nodes = []
    try? FileManager.default.removeItem(atPath: folder)
  }

  var key: String { folder + "/key" }
  var file: String { folder + "/farm.yaml" }

  func write(_ text: String) throws {
    try text.replacing("KEY", with: key).write(toFile: file, atomically: true, encoding: .utf8)
  }

  func start(_ node: Int, by prefix: [String] = [], stateDirectory: String? = nil) throws -> DaemonProcess {
    try DaemonProcess(
      node, in: segment, file: file, folder: folder, by: prefix, stateDirectory: stateDirectory)
  }

  /// Starts both and waits until they share the buckets.
  func startAll() async throws {
    nodes = try (0..<2).map { try start($0) }
    for node in nodes {
      let report = try await node.wait { $0.groups[0].claims == [128, 128] }
      try #require(report.groups[0].claims == [128, 128], "\(node.log)")
    }
  }

  /// Runs `farmd` with some words on a node, without blocking a thread of the pool.
  /// - Returns: what it printed, and its exit code in a last line.
  func farmd(_ node: Int, _ words: String) async throws -> String {
    let machine = segment.nodes[node]
    // A command that should end at once, but does not, must not hold up the test.
    let command = "timeout 20 \(BuiltProgram.farmd.path) \(words) || echo code $?"
    return try await offPool { Result { try machine.shell(command) } }.get()
  }

  /// Runs `farmd` with some words and the socket of a node's daemon.
  func order(_ node: Int, _ words: String) async throws -> String {
    try await farmd(node, "\(words) --socket \(nodes[node].socket)")
  }

  /// Asks the virtual IP from many ports.
  /// - Returns: for each question, the nodes that answered.
  func ask(_ count: Int = 200) async throws -> [[Int]] {
    nonisolated(unsafe) let segment = segment
    return try await offPool { Result { try Datagrams.ask(Segment.v4, times: count, in: segment, wait: 1) } }
      .get()
  }
}
