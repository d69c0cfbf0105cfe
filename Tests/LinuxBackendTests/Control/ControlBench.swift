import Foundation
import LinuxBackend
import NIOPosix
import Testing

/// A folder with a control server that answers for a fake farm; both are gone after the test.
final class ControlBench {
  let folder: String
  let path: String
  let server: ControlServer

  static func with(
    _ farm: FakeFarm = FakeFarm(), limits: ControlServer.Limits = .init(),
    _ body: (ControlBench) async throws -> Void
  ) async throws {
    let folder = try newFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = ControlServer.path(in: folder)
    let server = try await ControlServer.start(
      path: path, service: farm, loops: MultiThreadedEventLoopGroup.singleton, limits: limits)
    do {
      try await body(ControlBench(folder: folder, path: path, server: server))
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  /// A new folder whose path is short enough for a socket.
  static func newFolder() throws -> String {
    let folder = NSTemporaryDirectory() + "farmd-\(UInt32.random(in: .min ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    return folder
  }

  private init(folder: String, path: String, server: ControlServer) {
    (self.folder, self.path, self.server) = (folder, path, server)
  }

  func client() throws -> RawClient { try #require(RawClient(path)) }
}
