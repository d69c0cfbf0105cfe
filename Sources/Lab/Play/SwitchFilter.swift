import LinuxBackend

/// The switch's packet filter.
final class SwitchFilter: Sendable {
  private let namespace: NetworkNamespace
  /// Made and used on the namespace's thread alone.
  private let context: Context

  private final class Context: @unchecked Sendable {
    let nftables: Nftables
    init() throws(FilterError) { nftables = try Nftables() }
  }

  init(_ namespace: NetworkNamespace) throws(LabError) {
    self.namespace = namespace
    context = try namespace.run { () throws(LabError) -> Context in
      do { return try Context() } catch { throw LabError("the switch has no packet filter: \(error)") }
    }
  }

  /// Puts rules in force, all or none.
  func set(_ rules: String) throws(LabError) {
    try namespace.run { [context] () throws(LabError) in
      do { try context.nftables.run(rules) } catch {
        throw LabError("the switch refuses its rules: \(error)")
      }
    }
  }
}
