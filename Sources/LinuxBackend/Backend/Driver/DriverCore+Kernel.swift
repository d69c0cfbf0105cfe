import Engine
import NIOCore

/// What the kernel holds for the node.
extension DriverCore {
  /// Asks the kernel for something and queues its answer for the node.
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

  /// Erases the flows of a lease that has ended, a little later. Others wait to hear that the lease has ended before
  /// they take over, and erasing a thousand flows takes 10 ms and more.
  func eraseFlowsLater() {
    let bound = NIOLoopBound(self, eventLoop: loop)
    loop.scheduleTask(in: .milliseconds(30)) { bound.value.eraseFlows() }
  }

  private func eraseFlows() {
    do { try filter.eraseOldFlows() } catch { refuse("\(error)") }
  }

  /// Restores what others have edited or deleted.
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

  /// Announces twice more, since a frame may be lost, and a neighbour may not accept another MAC within a second.
  /// - Source: `locktime` of arp(7): one second.
  private func announceAgain() {
    let bound = NIOLoopBound(self, eventLoop: loop)
    for milliseconds in [100, 1200] {
      loop.scheduleTask(in: .milliseconds(Int64(milliseconds))) {
        if !bound.value.isIdle { bound.value.sharedAddress.announce() }
      }
    }
  }

  /// Has edits repaired at once, until the node ends. A neighbour that asks before the next tick would learn the wrong
  /// MAC.
  func watchKernel() {
    let bound = NIOLoopBound(self, eventLoop: loop)
    let loop = loop
    let alarm = try? KernelAlarm { loop.execute { if !bound.value.isIdle { bound.value.repair() } } }
    ended.futureResult.whenComplete { _ in alarm?.end() }
  }

  /// Has the kernel keep the virtual IPs for another few seconds.
  func renewAddresses() {
    if isIdle { return }
    do { try sharedAddress.renew() } catch { refuse("\(error)") }
  }

  /// Removes everything that the daemon has put into the kernel: first what brings packets here, then the filter, which
  /// until then keeps them from being answered twice.
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
