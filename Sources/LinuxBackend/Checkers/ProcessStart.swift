import CLinux
import Glibc

/// How a program is started: in a process group of its own, which gets Ctrl-C from nobody, with every signal at its
/// default and with no descriptors but its standard ones.
package enum ProcessStart {
  /// Why it could not be started, as `errno`.
  package struct Failure: Error {
    package var path: String
    package var code: Int32
    package var text: String { "\(path): \(String(cString: strerror(code)))" }
  }

  /// Starts a program in the calling thread's namespaces.
  /// - Parameters:
  ///   - path: of the program; the search path is not asked.
  ///   - input: what becomes its standard input; `/dev/null` if `nil`. The others likewise.
  ///   - folder: its working directory; the caller's if `nil`.
  /// - Returns: its number, which is its group's, too.
  package static func spawn(
    _ path: String, _ arguments: [String], input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil,
    in folder: String? = nil
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
    // Sockets and the kernel's handles are their owner's alone; not every library marks them so.
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
    let code = posix_spawn(&pid, path, &actions, &attributes, &words, environ)
    guard code == 0 else { throw Failure(path: path, code: code) }
    return pid
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
