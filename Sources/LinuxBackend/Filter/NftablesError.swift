/// What nftables refused, as one line without its position in our commands.
public struct NftablesError: Error, Sendable, Hashable, CustomStringConvertible {
  public var message: String

  public init(message: String) { self.message = message }

  public var description: String { message }

  /// The object that was asked for does not exist.
  public var isMissing: Bool { message.hasSuffix("No such file or directory") }

  /// The first line of nft's errors, without `/dev/stdin:1:7-9: Error: ` or the like before it.
  static func firstLine(_ errors: String) -> String {
    let line = errors.split(separator: "\n").first.map(String.init) ?? "nftables failed without a reason"
    guard let mark = line.firstRange(of: "Error: ") else { return line }
    return String(line[mark.upperBound...])
  }
}
