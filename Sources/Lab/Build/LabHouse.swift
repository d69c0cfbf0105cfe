import CLinux
import Foundation

/// Where the programs of a lab live: their files and their lives end with the lab, whatever ends it.
///
/// A thread of its own has a mount namespace of its own, in which `/run` is an empty file system in memory. Programs are
/// started from that thread, so they share this `/run`; it vanishes with the last of them. The kernel kills them when the
/// thread ends, which it does with this process even if that is killed.
public final class LabHouse: Sendable {
  /// The folder of the lab's files, as its programs see it.
  static let folder = "/run"
  private let thread: LabThread

  /// How far its programs go before other work of this machine. They are kept to real times, and start as fast as on a
  /// machine of their own: a daemon that is replaced has a lease's time to do so.
  private static let niceness: Int32 = -10

  public init() throws(LabError) {
    let thread = LabThread(name: "lab-house")
    self.thread = thread
    try thread.run { () throws(LabError) in
      // Of this thread alone; programs inherit it. Without the right to it the lab plays as well, only later.
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, LabHouse.niceness)
      guard clinux_unshare(CLONE_NEWNS) == 0 else { throw .system("cannot make a mount namespace") }
      try LabHouse.keepMounts()
      guard mount("farmsim-lab", LabHouse.folder, "tmpfs", UInt(MS_NOSUID | MS_NODEV), "mode=0755") == 0
      else {
        throw .system("cannot mount memory on \(LabHouse.folder)")
      }
    }
  }

  /// Keeps what the calling thread mounts from now on to its own mount namespace.
  ///
  /// The root of this process need not be a mount, as in a `chroot`, and nothing can be said of a mount by a folder in the
  /// middle of it. So it is said from the root of the namespace, which is where entering a namespace leads.
  private static func keepMounts() throws(LabError) {
    let root = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    let namespace = open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC)
    defer { for file in [root, namespace] { close(file) } }
    guard root >= 0, namespace >= 0, clinux_setns(namespace, CLONE_NEWNS) == 0,
      mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0,
      fchdir(root) == 0, chroot(".") == 0
    else { throw .system("cannot keep mounts to ourselves") }
  }

  /// Does something where the lab's files are seen.
  func run<Result: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try thread.run(body)
  }

  /// Writes a file; keys are for their owner alone.
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

  /// What a file holds; `nil` if there is none.
  func read(_ name: String) -> String? {
    run {
      FileManager.default.contents(atPath: LabHouse.folder + "/" + name).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
  }

  /// The files with a name that ends so, by name.
  func names(ending end: String) -> [String] {
    run {
      ((try? FileManager.default.contentsOfDirectory(atPath: LabHouse.folder)) ?? []).filter {
        $0.hasSuffix(end)
      }
    }
    .sorted()
  }

  /// Starts a program in a namespace. What it says is appended to a log file.
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
