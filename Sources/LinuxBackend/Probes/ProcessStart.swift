import CLinux
import FarmFile
import Foundation
import Glibc

/// Starts a program in a process group of its own, so that Ctrl-C does not reach it, with every signal at its default
/// and with no descriptors but the standard ones.
package enum ProcessStart {
  /// Why a program could not be started, as `errno`.
  package struct Failure: Error {
    package var path: String
    package var code: Int32
    package var text: String { "\(path): \(SystemReason(code).text)" }
  }

  /// Starts a program in the calling thread's namespaces.
  /// - Parameters:
  ///   - path: of the program; the search path is not used.
  ///   - input: becomes its standard input; `/dev/null` if `nil`. `output` and `errors` likewise.
  ///   - folder: its working directory; the caller's if `nil`.
  ///   - isOrdinary: whether it gets none of what the service manager gave the caller: the notify socket, locked
  ///     memory, real-time priority, protection when memory runs out.
  /// - Returns: the process id, which is also its group's.
  package static func spawn(
    _ path: String, _ arguments: [String], input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil,
    in folder: String? = nil, isOrdinary: Bool = false
  ) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (i, descriptor) in [input, output, errors].enumerated() {
      if let descriptor {
        posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(i))
      } else {
        posix_spawn_file_actions_addopen(&actions, Int32(i), "/dev/null", i == 0 ? O_RDONLY : O_WRONLY, 0)
      }
    }
    if let folder { clinux_spawn_in(&actions, folder) }
    // Sockets and the kernel's handles must not be inherited; not every library marks them so.
    for handle in openHandles() where handle > 2 { posix_spawn_file_actions_addclose(&actions, handle) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (all, none) = (sigset_t(), sigset_t())
    sigfillset(&all)
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))

    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    var environment = environment(isOrdinary: isOrdinary)
    defer { for entry in environment { free(entry) } }
    let code = posix_spawn(&pid, path, &actions, &attributes, &words, &environment)
    guard code == 0 else { throw Failure(path: path, code: code) }
    if isOrdinary { makeOrdinary(pid) }
    return pid
  }

  /// Variables that systemd means for its own child alone.
  private static let managersWords = [
    "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_FDS", "LISTEN_PID",
  ]

  private static func environment(isOrdinary: Bool) -> [UnsafeMutablePointer<CChar>?] {
    var entries: [UnsafeMutablePointer<CChar>?] = []
    var next = environ
    while let entry = next.pointee {
      let name = String(cString: entry).prefix { $0 != "=" }
      if !isOrdinary || !managersWords.contains(String(name)) { entries.append(strdup(entry)) }
      next += 1
    }
    return entries + [nil]
  }

  /// Sets the usual limits of a process: 8 MiB of locked memory, no real-time priority, and no protection when memory
  /// runs out. If the kernel refuses, they stay as they are.
  private static func makeOrdinary(_ pid: pid_t) {
    _ = clinux_limit(pid, Int32(bitPattern: __RLIMIT_MEMLOCK.rawValue), 8 << 20)
    _ = clinux_limit(pid, Int32(bitPattern: __RLIMIT_RTPRIO.rawValue), 0)
    // A process needs no privilege to make itself likelier to be killed. That suffices here, where the caller's score
    // is negative.
    guard let own = try? String(contentsOfFile: "/proc/self/oom_score_adj", encoding: .utf8),
      own.hasPrefix("-")
    else { return }
    let score = Descriptor(owning: open("/proc/\(pid)/oom_score_adj", O_WRONLY | O_CLOEXEC))
    if score.number >= 0 { _ = write(score.number, "0", 1) }
  }

  private static func openHandles() -> [Int32] {
    guard let entries = opendir("/proc/self/fd") else { return [] }
    defer { closedir(entries) }
    var handles: [Int32] = []
    while let entry = readdir(entries) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in bytes.prefix { $0 != 0 } }
      if let handle = Int32(String(decoding: name, as: UTF8.self)), handle != dirfd(entries) {
        handles.append(handle)
      }
    }
    return handles
  }
}
