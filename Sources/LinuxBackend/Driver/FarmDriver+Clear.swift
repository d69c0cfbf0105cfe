import FarmFile

extension FarmDriver {
  /// Takes away what a daemon left that did not end in good order: addresses, tables, the entry of the MAC filter,
  /// `arp_announce`. To be called on the machine's own network, where nothing of the farm runs.
  /// - Throws: ``DriverError/alreadyRunning(_:)`` while a daemon runs, or what the kernel refuses.
  public static func clear(_ setup: DriverSetup) throws(DriverError) {
    try StateFile.makeFolder(setup.linux.runDirectory)
    let lock = try RunLock(folder: setup.linux.runDirectory, node: setup.name)
    // Nobody joins meanwhile.
    defer { withExtendedLifetime(lock) {} }
    do {
      // What brings packets here first, then the filter that keeps them from being answered twice.
      try SharedAddress(of: setup).removeLeftovers()
      try NftablesFilter(
        settings: setup.farm.settings, virtualIPs: setup.farm.virtualIPs, table: setup.linux.table
      ).remove()
    } catch { throw .machine("\(error)") }
  }
}
