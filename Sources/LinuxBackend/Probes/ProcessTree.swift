import Foundation

/// A process and its descendants, whatever group or session they have moved to. A process whose parent has ended no
/// longer belongs to the tree.
enum ProcessTree {
  /// No command has more processes. The limit ends the search in one that starts new ones all the time.
  private static let most = 10_000

  /// Kills a process that the caller has not reaped, and its descendants.
  ///
  /// Each is stopped before its children are listed. So it starts no more, and it reaps none whose number another
  /// process could have by the time of the kill.
  static func kill(_ root: pid_t) {
    var found: [pid_t] = []
    var next = [root]
    while let process = next.popLast(), found.count < most {
      _ = Glibc.kill(process, SIGSTOP)
      found.append(process)
      next += children(of: process)
    }
    for process in found { _ = Glibc.kill(process, SIGKILL) }
  }

  /// The children of all threads of a process; none if the kernel does not say.
  /// - Source: proc_pid_task(5), `children`.
  private static func children(of process: pid_t) -> [pid_t] {
    let folder = "/proc/\(process)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.flatMap { thread in
      let list = (try? String(contentsOfFile: "\(folder)/\(thread)/children", encoding: .utf8)) ?? ""
      return list.split(separator: " ").compactMap { pid_t($0) }
    }
  }
}
