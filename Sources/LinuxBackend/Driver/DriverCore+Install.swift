import Engine
import NIOCore

/// Beginning and ending a life of the node.
extension DriverCore {
  /// Puts a closed filter and then the shared address into the kernel. What fails halfway is taken back. A virtual IP
  /// that somebody else has put on this machine is refused before anything is changed, so that what a crash left, a
  /// closed filter, stays as well.
  func install() throws(DriverError) {
    let foreign: SharedAddress.Foreign?
    do throws(AddressError) { foreign = try sharedAddress.foreignAddress() } catch {
      throw .machine("\(error)")
    }
    if let foreign { throw .machine("\(foreign.complaint); \(foreign.removal)") }
    let changed: String?
    do throws(FilterError) {
      changed = try filter.install()
    } catch {
      cleanUp()
      throw .machine("\(error)")
    }
    do throws(AddressError) {
      try sharedAddress.install()
    } catch {
      cleanUp()
      throw .machine("\(error)")
    }
    if let failure = sharedAddress.memoryFailure { say(.cannotStore("\(failure)")) }
    if let changed { say(.hostSetting(changed)) }
  }

  /// Takes over the kernel's filter from the daemon before, if it is the one that the settings ask for.
  /// - Returns: with what the kernel holds; `nil` if there is nothing to take over.
  func adopt(_ last: Resumption) -> Resumption? {
    var last = last
    do {
      guard let adopted = try filter.adopt() else { return nil }
      try sharedAddress.install()
      last.owned = adopted.owned
      last.resets = adopted.resets
      // Whatever was done since then took its time.
      last.leaseLeft = try filter.adopt()?.leaseLeft ?? .zero
      return last
    } catch { return nil }
  }

  /// Begins a life. What was seen counts on: of this daemon's life before, or of the daemon before that did not end in
  /// good order, as one that was upgraded in place.
  func begin(_ start: Start) {
    isIdle = false
    let seen = coverage.isEmpty ? kept.loadSeen() : coverage.seenByName(at: MonotonicClock.now)
    coverage.reset(node, names: setup.groupNames, seen: seen)
    events = nil
    tellEvents(setup.farm)
    take(.start(start))
  }

  /// Ends before a life began.
  func abandon() {
    sockets.close()
    claim?.release()
    ended.succeed()
  }

  /// The node is stopped: what the kernel holds for it goes, packets for the virtual IP first.
  func end() {
    isIdle = true
    stopTimer()
    sockets.close()
    cleanUp()
    claim?.release()
    keep()
    kept.removeSeen()
    ended.succeed()
  }
}
