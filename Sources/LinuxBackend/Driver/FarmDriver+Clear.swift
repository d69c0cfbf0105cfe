import FarmFile

extension FarmDriver {
  /// Takes away what daemons left on the machine's own network that did not end in good order, whatever their farm
  /// files say by now; what a daemon keeps that runs is left alone.
  /// - Parameters:
  ///   - stateDirectory: where daemons remember what they changed; it need not be there.
  ///   - runDirectory: whose locks tell of daemons where the kernel is too old to.
  ///   - table: the name of the only tables to take away; `nil` for all.
  /// - Returns: what was taken away, and why the rest was not, a phrase each.
  /// - Throws: ``DriverError/alreadyRunning(_:)``, or what the kernel refuses.
  public static func clear(
    stateDirectory: String, runDirectory: String, table: String?
  ) throws(DriverError) -> (gone: [String], kept: [DriverError]) {
    let leftovers = try Leftovers(stateDirectory: stateDirectory, runDirectory: runDirectory, table: table)
    return (try leftovers.clear(), leftovers.kept)
  }
}
