import CNftables

/// The switch's packet filter.
final class SwitchFilter: Sendable {
  private let namespace: NetworkNamespace
  /// Made and used on the namespace's thread alone.
  private let context: Context

  /// A context of libnftables: it belongs to the namespace of the thread that makes it.
  private final class Context: @unchecked Sendable {
    let pointer: OpaquePointer
    init?() {
      guard let pointer = nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) else { return nil }
      self.pointer = pointer
      nft_ctx_buffer_output(pointer)
      nft_ctx_buffer_error(pointer)
    }
    deinit { nft_ctx_free(pointer) }
  }

  init(_ namespace: NetworkNamespace) throws(LabError) {
    self.namespace = namespace
    context = try namespace.run { () throws(LabError) -> Context in
      guard let context = Context() else { throw LabError("the switch has no packet filter") }
      return context
    }
  }

  /// Puts rules in force, all or none.
  func set(_ rules: String) throws(LabError) {
    try namespace.run { [context] () throws(LabError) in
      let status = nft_run_cmd_from_buffer(context.pointer, rules)
      _ = nft_ctx_get_output_buffer(context.pointer)
      let errors = nft_ctx_get_error_buffer(context.pointer).map { String(cString: $0) } ?? ""
      guard status == 0 else {
        let line = errors.split(separator: "\n").first ?? "it does not say why"
        throw LabError("the switch refuses its rules: \(line)")
      }
    }
  }
}
