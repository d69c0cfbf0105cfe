import Foundation

/// A process with all that it has started, and they in turn, whatever group or session they have gone to. What has lost its
/// parent meanwhile belongs to it no more.
enum ProcessTree {
  /// No command has more; one that goes on to start others is not followed for ever.
  private static let most = 10_000

  /// Kills a process that the caller has not reaped, and what it has started.
  ///
  /// Each is stopped before it is asked for its children: so it starts no more, and reaps none whose number could be
  /// another's when it is killed.
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

  /// Those of all of its threads; none where the kernel does not say.
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
