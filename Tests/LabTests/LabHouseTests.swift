import CLinux
import Foundation
import TestSupport
import Testing

@testable import Lab

@Suite(.needsRealFarm) struct LabHouseTests {
  /// As in a `chroot` whose root is a folder in the middle of a mount.
  @Test func theRootOfTheProcessNeedNotBeAMount() throws {
    let root = try TemporaryFolder()
    for name in ["proc", "run"] {
      try FileManager.default.createDirectory(at: root.file(name), withIntermediateDirectories: true)
    }
    let path = root.path
    // Threads that this one starts share its root and its mounts.
    let (before, text, after) = try LabThread(name: "chroot").run { () throws(LabError) in
      guard clinux_unshare(CLONE_NEWNS) == 0,
        // Mounts made in a copy of these mounts would be visible here, unless the copy prevents it.
        mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0,
        mount("none", "/", nil, UInt(MS_REC | MS_SHARED), nil) == 0,
        mount("/proc", path + "/proc", nil, UInt(MS_BIND | MS_REC), nil) == 0,
        chroot(path) == 0, chdir("/") == 0
      else { throw .system("cannot make a root") }
      let before = Self.device(of: "/run")
      let house = try LabHouse()
      try house.write("hello", to: "file")
      return (before, house.read("file"), Self.device(of: "/run"))
    }
    #expect(text == "hello")
    #expect(before != nil && before == after, "the house's mounts are seen outside of it")
    #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/run") == [])
  }

  /// Other work on this machine does not make a daemon of the lab late.
  @Test func itsProgramsGoBeforeOthers() throws {
    let house = try LabHouse()
    let namespace = try NetworkNamespace(name: "alone")
    let child = try house.start("sleep", ["60"], in: namespace, log: "sleep.log")
    defer { child.kill() }
    #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(child.pid)) == -10)
  }

  private static func device(of path: String) -> dev_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_dev : nil
  }
}
