/// A rule in a table that is not the farm's: its place and its text.
public struct ForeignRule: Sendable, Hashable, Codable {
  /// `ip`, `ip6`, `inet`.
  public var family: String
  public var table: String
  public var chain: String
  /// The number by which `nft delete rule` finds it; `nil` for the policy of a chain.
  public var handle: Int?
  /// As nft lists it; `policy drop` for the policy of a chain.
  public var text: String

  /// One phrase for people: where it is, and what it says.
  public var words: String {
    "'\(text)' in table \(family) \(table), chain \(chain)" + (handle.map { ", handle \($0)" } ?? "")
  }

  /// A command that removes it.
  public var removal: String {
    guard let handle else { return "nft 'chain \(family) \(table) \(chain) { policy accept; }'" }
    return "nft delete rule \(family) \(table) \(chain) handle \(handle)"
  }
}
