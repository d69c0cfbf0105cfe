import Engine
import NIOCore

/// What the kernel holds for the node.
extension DriverCore {
  /// Asks the kernel for something and has the node told what came of it.
  func answer(_ number: CommitNumber, _ act: () throws(FilterError) -> Void) {
    do {
      try act()
      answers.append(.committed(number))
      if refusedReason != nil {
        refusedReason = nil
        say(.kernelRecovered)
      }
    } catch {
      answers.append(.commitFailed(number))
      refuse("\(error)")
    }
  }

  /// Flows of a lease that has ended are erased once the others know that it has: they wait for that word to take over,
  /// and a thousand flows take 10 ms and more.
  func eraseFlowsLater() {
    let bound = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleTask(in: .milliseconds(30)) { bound.value.eraseFlows() }
  }

  private func eraseFlows() {
    do { try filter.eraseOldFlows() } catch { refuse("\(error)") }
  }

  /// Puts back what others edited or deleted.
  func repair() {
    do {
      if let text = try filter.repairIfEdited() { say(.repaired(text)) }
    } catch { refuse("\(error)") }
    do {
      if let text = try sharedAddress.repairIfEdited() {
        say(.repaired(text))
        announceAgain()
      }
    } catch { refuse("\(error)") }
  }

  /// Twice more, since a frame may be lost, and a neighbour may not believe another MAC within a second.
  /// - Source: `locktime` of arp(7): one second.
  private func announceAgain() {
    let bound = NIOLoopBound(self, eventLoop: loop)
    for milliseconds in [100, 1200] {
      loop.scheduleTask(in: .milliseconds(Int64(milliseconds))) {
        if !bound.value.isIdle { bound.value.sharedAddress.announce() }
      }
    }
  }

  /// Has edits repaired at once, until the node ends: before the next tick a neighbour may ask and learn what is wrong.
  func watchKernel() {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let loop = loop
    let alarm = try? KernelAlarm { loop.execute { if !bound.value.isIdle { bound.value.repair() } } }
    ended.futureResult.whenComplete { _ in alarm?.end() }
  }

  /// Has the kernel keep the virtual IPs.
  func renewAddresses() {
    if isIdle { return }
    do { try sharedAddress.renew() } catch { refuse("\(error)") }
  }

  /// Takes away everything that the daemon put into the kernel: first what brings packets here, then the filter that
  /// keeps them from being answered twice.
  func cleanUp() {
    do { try sharedAddress.remove() } catch { refuse("\(error)") }
    do { try filter.remove() } catch { refuse("\(error)") }
  }

  private func refuse(_ reason: String) {
    if reason == refusedReason { return }
    refusedReason = reason
    say(.kernelRefused(reason))
  }
}
