import Engine

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

  /// Puts back what others edited or deleted.
  func repair() {
    do {
      if let text = try filter.repairIfEdited() { say(.repaired(text)) }
    } catch { refuse("\(error)") }
    do {
      if let text = try sharedAddress.repairIfEdited() { say(.repaired(text)) }
    } catch { refuse("\(error)") }
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
