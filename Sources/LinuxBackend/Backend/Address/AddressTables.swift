import Engine
import FarmFile

/// The three tables of a shared address, as nft's commands. They also remember what the host was like before.
///
/// - `netdev`: frames to the shared MAC count as the host's own, but only those with packets for a virtual IP. So no
///   node forwards or answers anything else that is flooded.
/// - `arp`: every ARP packet with a virtual IP as its sender names the shared MAC, and other interfaces send none.
/// - `ip6`: neighbour advertisements for a virtual IP do so likewise (see ``AdvertisementRewrite``). Solicitations
///   never come from a virtual IP, else the neighbour would learn the node's own MAC for it. Incoming advertisements
///   for a virtual IP are dropped: they are for ``ClaimWatch`` alone.
struct AddressTables: Hashable {
  /// The host as it was before ``SharedAddress/install()``.
  struct Before: Hashable {
    var acceptedMAC = false
    /// The value before it was raised to 2; `nil` if it was high enough already and was left alone.
    var arpAnnounce: Int?
  }

  var name: String
  var interface: String
  var mac: MACAddress
  var virtualIPs: [IPAddress]
  var before = Before()
  /// The node's own IPv6 address on the interface, used instead of a virtual IP in solicitations.
  var ownAddress: IPAddress?

  static let families = ["netdev", "arp", "ip6"]

  var v6: [IPAddress] { virtualIPs.filter { !$0.isIPv4 } }
  var v4: [IPAddress] { virtualIPs.filter(\.isIPv4) }

  /// Makes the tables anew in one transaction; tables of other names stay as they are.
  var commands: String {
    Self.removal(of: name) + netdev + (v4.isEmpty ? "" : arp) + (v6.isEmpty ? "" : ip6)
  }

  /// Removes them, if they are there.
  static func removal(of name: String) -> String {
    families.map { "table \($0) \(name) {}\ndelete table \($0) \(name)\n" }.joined()
  }

  private var netdev: String {
    let accept = virtualIPs.flatMap { address in
      let host = "meta pkttype set host"
      guard address.isIPv4 else {
        return ["ether daddr \(mac) ip6 daddr \(address.text) \(host) comment \"\(Self.added)\""]
      }
      return [
        "ether daddr \(mac) ip daddr \(address.text) \(host) comment \"\(Self.added)\"",
        "ether daddr \(mac) arp daddr ip \(address.text) \(host)",
      ]
    }
    return """
      table netdev \(name) {
        comment "\(note)"
        chain ingress {
          type filter hook ingress device "\(interface)" priority -500; policy accept;
          \(accept.joined(separator: "\n    "))
        }
      }

      """
  }

  private var arp: String {
    let rules = v4.flatMap { address in
      [
        "oifname != \"\(interface)\" arp saddr ip \(address.text) drop",
        "arp saddr ip \(address.text) arp saddr ether set \(mac)",
      ]
    }
    return output("arp", rules)
  }

  private var ip6: String {
    let rules = v6.flatMap { address in
      let solicitation = "icmpv6 type nd-neighbor-solicit ip6 saddr \(address.text)"
      return [
        // A packet gets here only if the rewrite is missing or not there yet: silence is better than the node's own
        // MAC.
        "icmpv6 type nd-neighbor-advert @th,64,128 0x\(address.hex) @th,192,16 0x0201 drop",
        ownAddress.map { "\(solicitation) ip6 saddr set \($0.text)" } ?? "\(solicitation) drop",
      ]
    }
    // The kernel need not learn what others say about a virtual IP. It would log each answer.
    let advertised = v6.map { "icmpv6 type nd-neighbor-advert @th,64,128 0x\($0.hex) drop" }
    return output("ip6", rules, input: advertised)
  }

  private func output(_ family: String, _ rules: [String], input: [String] = []) -> String {
    func chain(_ hook: String, _ rules: [String]) -> String {
      """
        chain \(hook) {
          type filter hook \(hook) priority 0; policy accept;
          \(rules.joined(separator: "\n    "))
        }

      """
    }
    return "table \(family) \(name) {\n  comment \"\(Self.title)\"\n" + chain("output", rules)
      + (input.isEmpty ? "" : chain("input", input)) + "}\n"
  }
}

extension AddressTables {
  private static let added = "address added"
  private static let title = "shared address of a farm"
  private static let noteStart = title + ", before it: "

  /// Whether a listing shows one of these tables, whatever its name.
  static func made(_ listing: String) -> Bool { listing.contains("comment \"\(title)") }

  /// The comment on the table, at most 128 bytes: the state of the host before it.
  private var note: String {
    Self.noteStart + "MAC \(before.acceptedMAC ? "accepted" : "not accepted")"
      + (before.arpAnnounce.map { ", arp_announce \($0)" } ?? "")
  }

  /// Reads what an earlier run left, from the listing of its `netdev` table.
  /// - Returns: `nil` if this is no such listing; ``ownAddress`` is not read.
  init?(name: String, netdevListing listing: String) {
    let words = listing.split { $0 == " " || $0 == "\n" || $0 == "\t" }.map { $0.filter { $0 != "\"" } }
    guard let device = Self.word(after: "device", in: words),
      let mac = Self.word(after: "ether daddr", in: words).flatMap(MACAddress.init(parsing:)),
      let note = listing.firstRange(of: Self.noteStart)
    else { return nil }
    let rest = listing[note.upperBound...].prefix { $0 != "\"" }
    self.init(name: name, interface: device, mac: mac, virtualIPs: [])
    before.acceptedMAC = rest.hasPrefix("MAC accepted")
    before.arpAnnounce = rest.split(separator: " arp_announce ").dropFirst().first.flatMap { Int($0) }
    for line in listing.split(separator: "\n") where line.contains("\"address ") {
      let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
      guard
        let address = (Self.word(after: "ip daddr", in: words) ?? Self.word(after: "ip6 daddr", in: words))
          .flatMap(IPAddress.init(parsing:))
      else { continue }
      virtualIPs.append(address)
    }
  }

  /// The word that follows these words.
  private static func word(after phrase: String, in words: [String]) -> String? {
    let phrase = phrase.split(separator: " ").map(String.init)
    guard let range = words.firstRange(of: phrase), range.upperBound < words.count else { return nil }
    return words[range.upperBound]
  }
}

extension IPAddress {
  /// All bytes as hexadecimal digits.
  fileprivate var hex: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
