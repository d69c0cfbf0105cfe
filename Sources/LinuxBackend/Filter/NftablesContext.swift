import CNftables

/// libnftables in this process: commands in, listings out, without starting a program.
///
/// The context belongs to the network namespace of the thread that creates it, wherever it is used later.
/// It is used from one thread at a time; each ``run(_:)`` is one transaction, done wholly or not at all.
public final class NftablesContext {
  /// How listings are written.
  public struct Output: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    /// Without what changes by itself: counters and remaining time-outs.
    public static let stateless = Output(rawValue: UInt32(NFT_CTX_OUTPUT_STATELESS))
    /// With the handles that address single rules.
    public static let handles = Output(rawValue: UInt32(NFT_CTX_OUTPUT_HANDLE))
    public static let json = Output(rawValue: UInt32(NFT_CTX_OUTPUT_JSON))
    /// Numbers instead of names, so that no listing depends on files of the host.
    public static let numeric = Output(rawValue: UInt32(NFT_CTX_OUTPUT_NUMERIC_ALL))
  }

  private let context: OpaquePointer

  /// - Throws: ``NftablesError`` if the process lacks memory or the kernel refuses the socket.
  public init(output: Output = [.numeric, .stateless]) throws(NftablesError) {
    guard let context = nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) else {
      throw NftablesError(message: "libnftables cannot be started")
    }
    self.context = context
    nft_ctx_buffer_output(context)
    nft_ctx_buffer_error(context)
    self.output = output
  }

  deinit { nft_ctx_free(context) }

  public var output: Output {
    get { Output(rawValue: nft_ctx_output_get_flags(context)) }
    set { nft_ctx_output_set_flags(context, newValue.rawValue) }
  }

  /// Runs commands in nft's language as one transaction.
  /// - Returns: what `nft` would print.
  /// - Throws: ``NftablesError`` with nft's own first line; the kernel then is as before.
  @discardableResult
  public func run(_ commands: String) throws(NftablesError) -> String {
    let status = nft_run_cmd_from_buffer(context, commands)
    let text = nft_ctx_get_output_buffer(context).map { String(cString: $0) } ?? ""
    let errors = nft_ctx_get_error_buffer(context).map { String(cString: $0) } ?? ""
    guard status == 0 else { throw NftablesError(message: NftablesError.firstLine(errors)) }
    return text
  }
}
