import CNftables

/// nftables in this process: text in, text out, one transaction a call.
///
/// A context belongs to the network namespace of the thread that made it and must be used from one thread at a time. It
/// starts no process; a lease renewal takes about 0.06 ms.
package final class Nftables {
  private let context: OpaquePointer

  /// - Throws: ``FilterError/nftables(_:)`` if the kernel has no nftables or the process may not use it.
  package init() throws(FilterError) {
    guard let context = nft_ctx_new(UInt32(NFT_CTX_DEFAULT)) else {
      throw .nftables("no context for the library")
    }
    self.context = context
    nft_ctx_buffer_output(context)
    nft_ctx_buffer_error(context)
  }

  deinit { nft_ctx_free(context) }

  /// Performs commands, all or none of them.
  /// - Returns: what they print.
  /// - Throws: ``FilterError/nftables(_:)`` with the first complaint.
  @discardableResult
  package func run(_ commands: String) throws(FilterError) -> String {
    nft_ctx_output_set_flags(context, 0)
    return try perform(commands)
  }

  /// A table as the kernel holds it, without what changes by itself or with commits: counters' values, handles,
  /// time-outs and the elements of named sets. It shows numbers instead of names, so that the text does not depend on
  /// the host's lists of protocols and services.
  /// - Returns: `nil` if there is no such table.
  func layout(of table: String, family: String = "inet") throws(FilterError) -> String? {
    nft_ctx_output_set_flags(
      context,
      UInt32(
        NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_TERSE | NFT_CTX_OUTPUT_NUMERIC_ALL))
    do {
      return try perform("list table \(family) \(table)")
    } catch {
      if case .nftables(let words) = error, words.contains("No such file or directory") { return nil }
      throw error
    }
  }

  /// A table with its sets, chains and rules as libnftables' JSON, handles included.
  func json(of table: String, family: String) throws(FilterError) -> String {
    nft_ctx_output_set_flags(
      context,
      UInt32(NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_HANDLE | NFT_CTX_OUTPUT_STATELESS))
    return try perform("list table \(family) \(table)")
  }

  /// The names of all tables with their families, as in `ip6 filter`.
  func tables() throws(FilterError) -> [(family: String, table: String)] {
    try run("list tables").split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ").map(String.init)
      return words.count == 3 && words[0] == "table" ? (words[1], words[2]) : nil
    }
  }

  /// A rule as nft shows it, in one line; `nil` if it is gone.
  func text(ofRule handle: Int, chain: String, table: String, family: String) -> String? {
    nft_ctx_output_set_flags(
      context, UInt32(NFT_CTX_OUTPUT_HANDLE | NFT_CTX_OUTPUT_STATELESS | NFT_CTX_OUTPUT_TERSE))
    let end = " # handle \(handle)"
    let lines = (try? perform("list chain \(family) \(table) \(chain)"))?.split(separator: "\n") ?? []
    return lines.first { $0.hasSuffix(end) && !$0.hasSuffix("{\(end)") }.map {
      String($0.dropLast(end.count).drop { $0 == " " || $0 == "\t" })
    }
  }

  private func perform(_ commands: String) throws(FilterError) -> String {
    let result = nft_run_cmd_from_buffer(context, commands)
    let output = nft_ctx_get_output_buffer(context).map { String(cString: $0) } ?? ""
    let errors = nft_ctx_get_error_buffer(context).map { String(cString: $0) } ?? ""
    guard result == 0 else { throw .nftables(Self.complaint(in: errors)) }
    return output
  }

  /// The first error of several, without its position and the lines that quote the input.
  static func complaint(in errors: String) -> String {
    let lines = errors.split(separator: "\n")
    let first = lines.first { $0.contains("Error: ") } ?? lines.first ?? "refused without a word"
    guard let start = first.firstRange(of: "Error: ")?.upperBound else { return String(first) }
    return String(first[start...])
  }
}
