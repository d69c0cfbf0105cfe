import Engine
import NIOCore

/// The beginning and the end of a life of the node.
extension DriverCore {
  /// Puts a closed filter and then the shared address into the kernel. If that fails halfway, it is taken back.
  ///
  /// A virtual IP that somebody else has put on this machine is refused before anything is changed. So the closed
  /// filter that a crash may have left stays as well.
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

  /// Takes over the kernel's filter from the daemon before, if it matches the settings.
  /// - Returns: the resumption with what the kernel holds; `nil` if there is nothing to take over.
  func adopt(_ last: Resumption) -> Resumption? {
    var last = last
    do {
      guard let adopted = try filter.adopt() else { return nil }
      try sharedAddress.install()
      last.owned = adopted.owned
      last.resets = adopted.resets
      // The lease is read again, since the work in between took time.
      last.leaseLeft = try filter.adopt()?.leaseLeft ?? .zero
      return last
    } catch { return nil }
  }

  /// Begins a life. Counts of holes and doubles go on from this daemon's last life, or from an earlier daemon that was
  /// upgraded in place or crashed.
  func begin(_ start: Start) {
    isIdle = false
    let seen = coverage.isEmpty ? kept.loadSeen() : coverage.seenByName(at: MonotonicClock.now)
    coverage.reset(node, names: setup.groupNames, seen: seen)
    events = nil
    tellEvents(setup.farm)
    take(.start(start))
  }

  /// Ends before a life has begun.
  func abandon() {
    sockets.close()
    claim?.release()
    ended.succeed()
  }

  /// The node has stopped: removes everything that the kernel holds for it, first what brings packets for the virtual
  /// IP.
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
