import Foundation
import LinuxBackend
import TestSupport

/// A machine with systemd as its first process, for the installation of packages. Its network is a ``TestNamespace``.
///
/// Its files are those of this machine below a layer of its own. It ends with its last reference, processes, mounts and
/// control groups included.
final class SystemdMachine {
  private let network: TestNamespace
  private let folder: TemporaryFolder
  private let group = "farmsim-\(UUID().uuidString)"
  /// The process that waits for the machine's end, outside of its namespace of processes.
  private let keeper: pid_t
  /// The machine's first process, by its number on this machine.
  private let first: pid_t

  /// Starts the machine and waits until its units can be queried.
  init(on network: TestNamespace) throws {
    self.network = network
    folder = try TemporaryFolder()
    let (path, name) = (folder.path, group)
    keeper = try network.run {
      let log = open(path + ".log", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      defer { close(log) }
      // Ends it with a test that is killed.
      return try ProcessStart.spawn(
        "/usr/bin/setpriv", ["--pdeathsig", "KILL", "bash", Self.script, path, name], output: log, errors: log
      )
    }
    first = try Self.child(of: keeper, patience: 20)
    let end = Date(timeIntervalSinceNow: 30)
    while (try? self.run("systemctl is-active machine.target")) != "active\n" {
      guard Date() < end else {
        let said = (try? String(contentsOfFile: path + ".log", encoding: .utf8)) ?? ""
        throw TestNamespace.Failure("systemd does not start: \(said)")
      }
      usleep(100_000)
    }
  }

  deinit {
    kill(first, SIGKILL)
    kill(keeper, SIGKILL)
    var status: Int32 = 0
    while waitpid(keeper, &status, 0) < 0 && errno == EINTR {}
    try? FileManager.default.removeItem(atPath: folder.path + ".log")
    _ = try? network.shell(
      """
      unshare --mount sh -c 'mount -t cgroup2 cgroup2 \(folder.path) &&
        for i in 1 2 3 4 5 6 7 8 9 10; do
          find \(folder.path)/\(group) -depth -type d -delete 2>/dev/null && break; sleep 0.2
        done'
      """)
  }

  /// Runs a line of shell on the machine.
  /// - Returns: its output, complaints included.
  @discardableResult
  func run(_ command: String) throws -> String {
    let unlisted = ProgramList.here.unlisted(in: command)
    guard unlisted.isEmpty else { throw TestNamespace.Failure("not in scripts/programs.txt: \(unlisted)") }
    let quoted = "'" + command.replacing("'", with: "'\\''") + "'"
    return try network.shell(
      "timeout 60 nsenter -t \(first) --mount --uts --ipc --net --pid --cgroup --root --wdns=/ env -i "
        + "PATH=/usr/sbin:/usr/bin:/sbin:/bin bash -euc \(quoted)")
  }

  /// A path of the machine, as this machine reaches it.
  func path(_ path: String) -> String { "/proc/\(first)/root\(path)" }

  /// The status of the package's daemon; `nil` while it does not answer.
  var status: StatusReport? {
    try? ControlClient(path: path("/run/farmd/farmd.sock")).ask(.status).status
  }

  /// The daemon's log.
  var log: String { (try? self.run("journalctl --unit farmd --output cat --no-pager")) ?? "" }

  private static let script = BuiltProgram.root.path + "/Tests/LinuxBackendTests/Package/systemd-machine.sh"

  /// The systemd that the keeper starts, once it runs.
  private static func child(of parent: pid_t, patience: TimeInterval) throws -> pid_t {
    let end = Date(timeIntervalSinceNow: patience)
    while Date() < end {
      let children =
        (try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)) ?? ""
      if let child = children.split(separator: " ").first.flatMap({ pid_t($0) }),
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(child)/exe"))?.hasSuffix(
          "/systemd") == true
      {
        return child
      }
      usleep(50_000)
    }
    throw TestNamespace.Failure("systemd is not started")
  }

  /// Why there can be no such machine here; `nil` if there can.
  static let missing: String? = {
    guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: "/lib/systemd/systemd") else {
      return "needs root and systemd"
    }
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg-shlibdeps") else {
      return "needs dpkg-dev"
    }
    do {
      try TestNamespace().shell(
        """
        unshare --mount --pid --fork --uts --ipc --cgroup sh -ec '
          mount -t tmpfs tmpfs /srv
          mkdir /srv/a /srv/b /srv/c
          mount -t cgroup2 cgroup2 /srv/c
          mount -t overlay -o lowerdir=/,upperdir=/srv/a,workdir=/srv/b overlay /srv/c'
        """)
      _ = try SystemdMachine(on: TestNamespace())
      return nil
    } catch {
      print("no machine with systemd can be had here: \(error)")
      return "needs control groups of version 2, overlays, and a systemd that starts with them"
    }
  }()
}
