import Engine
import Foundation
import LinuxBackend

/// What farmd's commands tell the applications, through a pipe for each node.
extension LabApplications {
  /// Starts a thread that receives orders until ``stop()``. It holds no strong reference while it waits, so that this
  /// object can be released.
  func listen() {
    let files = pipes.map(\.orders)
    let thread = Thread { [weak self] in
      guard let poller = try? Poller() else { return }
      for file in files { poller.add(file, .read) }
      while let isOver = self?.state.withLock({ $0.isOver }), !isOver {
        var ready: [Int32] = []
        poller.wait(milliseconds: 200) { file, _ in ready.append(file) }
        for file in ready { self?.hear(file) }
      }
    }
    thread.name = "lab-applications"
    thread.start()
  }

  /// A line is short and written at once, so that it never arrives in pieces.
  private func hear(_ file: Int32) {
    guard let index = pipes.firstIndex(where: { $0.orders == file }) else { return }
    let node = NodeID(index)
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &buffer, buffer.count)
    guard count > 0 else { return }
    for line in String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n") {
      guard let order = LabOrder(line: line) else { continue }
      // The last answer may still be in the pipe: a command that took too long was killed before it read it.
      if case .command = order { while read(pipes[index].answers, &buffer, buffer.count) > 0 {} }
      let isDone = state.withLock { state -> Bool in
        if state.isOver { return false }
        do throws(LabError) {
          try obey(order, node, &state)
          return true
        } catch { return false }
      }
      guard case .command = order, isDone else { continue }
      let answer = Array(LabOrder.done.utf8)
      _ = write(pipes[index].answers, answer, answer.count)
    }
  }

  private func obey(_ order: LabOrder, _ node: NodeID, _ state: inout State) throws(LabError) {
    let unit = state.units[node.index]
    switch order {
    case .serving(let pid):
      guard unit.process?.pid == pid else { return }
      if unit.isHung { hang(node, &state) } else { note(node, serves: true, &state) }
    case .command(.stop):
      end(node, &state)
      state.units[node.index].isStopped = true
    case .command(let command):
      state.units[node.index].isStopped = false
      if command == .start, unit.process?.end == nil, unit.process != nil { return }
      end(node, &state)
      heal(node, &state)
      try setDelay(node, state)
      if unit.machine != nil { try start(node, takes: startTime, &state) }
    }
  }

  /// Removes faults that have no end of their own: a start heals them.
  func heal(_ node: NodeID, _ state: inout State) {
    state.units[node.index].holds = state.units[node.index].holds.filter { $0.value.hasEnd }
  }
}
