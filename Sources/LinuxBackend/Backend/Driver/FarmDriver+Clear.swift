import FarmFile

extension FarmDriver {
  /// Removes what daemons that did not end in good order have left on the machine's own network, whatever their farm
  /// files say by now. What a running daemon keeps is left alone.
  /// - Parameters:
  ///   - stateDirectory: where daemons remember what they changed; it need not exist.
  ///   - runDirectory: its locks tell of running daemons where the kernel is too old to.
  ///   - table: the name of the only tables to remove; `nil` for all.
  /// - Returns: what was removed, a phrase each, and why the rest was not.
  /// - Throws: ``DriverError/alreadyRunning(_:)``, or what the kernel refuses.
  public static func clear(
    stateDirectory: String, runDirectory: String, table: String?
  ) throws(DriverError) -> (gone: [String], kept: [DriverError]) {
    let leftovers = try Leftovers(stateDirectory: stateDirectory, runDirectory: runDirectory, table: table)
    return (try leftovers.clear(), leftovers.kept)
  }
}
