import CLinux
import Foundation

/// The place of a lab's programs and files. Both end with the lab, in whatever way it ends.
///
/// A thread of its own has a mount namespace of its own, in which `/run` is an empty file system in memory. Programs
/// are started from that thread, so that they share this `/run`; it vanishes with the last of them. The kernel kills
/// them when the thread ends, which it does with this process, even if that is killed.
public final class LabHouse: Sendable {
  /// The folder of the lab's files, as its programs see it.
  static let folder = "/run"
  private let thread: LabThread

  /// The programs' priority over other work of this machine. They must keep real times, and start as fast as on a
  /// machine of their own: a new daemon has a lease's time to replace the old one.
  private static let niceness: Int32 = -10

  public init() throws(LabError) {
    let thread = LabThread(name: "lab-house")
    self.thread = thread
    try thread.run { () throws(LabError) in
      // It applies to this thread alone, and programs inherit it. Without the right to set it the lab plays too, only
      // later.
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, LabHouse.niceness)
      guard clinux_unshare(CLONE_NEWNS) == 0 else { throw .system("cannot make a mount namespace") }
      try LabHouse.keepMounts()
      guard mount("farmsim-lab", LabHouse.folder, "tmpfs", UInt(MS_NOSUID | MS_NODEV), "mode=0755") == 0
      else {
        throw .system("cannot mount memory on \(LabHouse.folder)")
      }
    }
  }

  /// Keeps future mounts of the calling thread inside its own mount namespace.
  ///
  /// A mount's settings can only be changed at the mount itself. The root of this process need not be a mount, as in a
  /// `chroot`. So the call enters the namespace, which leads to its root, changes the setting there, and returns to the
  /// old root.
  private static func keepMounts() throws(LabError) {
    let root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    let namespace = open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC)
    defer { for file in [root, namespace] { close(file) } }
    guard root >= 0, namespace >= 0, clinux_setns(namespace, CLONE_NEWNS) == 0,
      mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0,
      fchdir(root) == 0, chroot(".") == 0
    else { throw .system("cannot keep mounts to ourselves") }
  }

  /// Runs `body` where the lab's files are visible.
  func run<Result: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try thread.run(body)
  }

  /// Writes a file. A key must have a mode that only its owner can read.
  func write(_ text: String, to name: String, mode: mode_t = 0o644) throws(LabError) {
    try write(Array(text.utf8), to: name, mode: mode)
  }

  func write(_ bytes: [UInt8], to name: String, mode: mode_t = 0o644) throws(LabError) {
    try run { () throws(LabError) in
      let path = LabHouse.folder + "/" + name
      let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
      guard file >= 0 else { throw .system("cannot write \(path)") }
      defer { close(file) }
      guard Glibc.write(file, bytes, bytes.count) == bytes.count else {
        throw .system("cannot write \(path)")
      }
    }
  }

  /// The content of a file; `nil` if there is none.
  func read(_ name: String) -> String? {
    run {
      FileManager.default.contents(atPath: LabHouse.folder + "/" + name).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  /// The names of files that end with `end`, in order.
  func names(ending end: String) -> [String] {
    run {
      ((try? FileManager.default.contentsOfDirectory(atPath: LabHouse.folder)) ?? []).filter {
        $0.hasSuffix(end)
      }
    }
    .sorted()
  }

  /// Starts a program in a namespace. Its output is appended to a log file.
  func start(
    _ program: String, _ arguments: [String], in namespace: NetworkNamespace, log: String
  ) throws(LabError) -> ChildProcess {
    guard let setpriv = Program.path(of: "setpriv") else { throw LabError("setpriv is not installed") }
    let pid = try thread.run { () throws(LabError) -> pid_t in
      let home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)
      let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
      let path = LabHouse.folder + "/" + log
      let output = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
      defer { for file in [home, nothing, output] { close(file) } }
      guard home >= 0, nothing >= 0, output >= 0 else { throw .system("cannot open \(path)") }
      try namespace.enter()
      defer { _ = clinux_setns(home, CLONE_NEWNET) }
      return try Program.spawn(
        setpriv, ["--pdeathsig", "KILL", program] + arguments, input: nothing, output: output, errors: output)
    }
    return ChildProcess(pid: pid, name: log)
  }
}
