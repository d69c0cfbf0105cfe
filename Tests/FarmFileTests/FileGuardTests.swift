import FarmFile
import Foundation
import TestSupport
import Testing

/// A farm file has commands that root runs.
struct FileGuardTests {
  static let text = """
    farm: {nodes: 1, virtual_ip: 10.77.0.100, rules: [{port: 80}]}
    linux: {interfaces: {lan: eth0}, addresses: {node1: {lan: 10.77.0.1}}, key_file: /k}

    """

  /// What is wrong with a file, and with one that includes it.
  private static func problems(mode: mode_t) throws -> (own: String, included: String) {
    let folder = try TemporaryFolder()
    let (path, main) = (folder.path + "/a.yaml", folder.path + "/b.yaml")
    for (file, text) in [(path, text), (main, "include: a.yaml\n")] {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      chmod(file, 0o600)
    }
    chmod(path, mode)
    func read(_ file: String) -> String {
      switch DaemonFile.read(path: file, isGuarded: true) {
      case .success: ""
      case .failure(let found): found.description.replacing(folder.path + "/", with: "")
      }
    }
    #expect((try? DaemonFile.read(path: path).get()) != nil)
    return (read(path), read(main))
  }

  @Test(arguments: [0o660, 0o602, 0o777] as [mode_t])
  func aFarmFileThatOthersMayWriteIsRefusedAndSoIsOneThatItIncludes(_ mode: mode_t) throws {
    let said =
      "mode is 0\(String(mode, radix: 8)), so others than its owner can write it; expected 0644 or less: chmod go-w a.yaml"
    let (own, included) = try Self.problems(mode: mode)
    #expect(own == "a.yaml: \(said)")
    #expect(included.hasPrefix("b.yaml:1:10: cannot include 'a.yaml': a.yaml: mode is 0"), "\(included)")
  }

  @Test(arguments: [0o644, 0o600, 0o755] as [mode_t])
  func aFarmFileThatOthersMayReadIsTaken(_ mode: mode_t) throws {
    #expect(try Self.problems(mode: mode) == ("", ""))
  }

  @Test(.enabled(if: geteuid() == 0, "only root gives files away"))
  func aFarmFileOfAnotherUserIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.yaml"
    try Self.text.write(toFile: path, atomically: true, encoding: .utf8)
    chmod(path, 0o600)
    chown(path, 4711, 0)
    guard case .failure(let found) = DaemonFile.read(path: path, isGuarded: true) else {
      Issue.record("it is read")
      return
    }
    #expect(
      "\(found)".hasSuffix("belongs to user 4711; expected root, or the user that runs farmd"), "\(found)")
  }
}
