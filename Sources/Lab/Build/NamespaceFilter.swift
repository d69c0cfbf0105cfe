import LinuxBackend

/// The packet filter of one namespace: that of the switch, or a node's own firewall.
final class NamespaceFilter: Sendable {
  private let namespace: NetworkNamespace
  private let owner: String
  /// Created and used on the namespace's thread only.
  private let context: Context

  private final class Context: @unchecked Sendable {
    let nftables: Nftables
    init() throws(FilterError) { nftables = try Nftables() }
  }

  /// - Parameter owner: the owner's name for messages: `the switch`.
  init(_ namespace: NetworkNamespace, of owner: String) throws(LabError) {
    self.namespace = namespace
    self.owner = owner
    context = try namespace.run { () throws(LabError) -> Context in
      do { return try Context() } catch { throw LabError("\(owner) has no packet filter: \(error)") }
    }
  }

  /// Applies rules, all or none.
  func set(_ rules: String) throws(LabError) {
    try namespace.run { [context, owner] () throws(LabError) in
      do { try context.nftables.run(rules) } catch {
        throw LabError("\(owner) refuses its rules: \(error)")
      }
    }
  }
}
