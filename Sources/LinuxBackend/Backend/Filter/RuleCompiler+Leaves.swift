import Engine
import FarmFile

/// The chains that decide once the rule is known: one for each group, identity and kind of packet.
///
/// A packet that may open a flow is accepted if its client's bucket is in the group's set. A later segment is accepted
/// if its connection is tracked here, otherwise reset or dropped. An ICMP error about UDP is judged by the bucket of
/// the client that the quoted packet was sent to, one about TCP by the tracked connection.
extension RuleCompiler {
  /// A group, and the client identity that gives the bucket.
  struct Leaf: Hashable {
    let group: Int
    let identity: ClientIdentity

    init(group: Int, identity: ClientIdentity) { (self.group, self.identity) = (group, identity) }

    /// An error about a tracked flow needs no bucket, so one chain of a group serves all identities.
    init(_ rule: FilterRule, kind: String) {
      self.init(group: rule.group.index, identity: kind == "flow_error" ? .address : rule.identity)
    }

    func name(_ kind: String) -> String {
      if kind == "flow_error" { return "\(kind)_\(group)" }
      let by =
        switch identity {
        case .address: "address"
        case .addressPort: "address_port"
        case .network(let v4, let v6): "network_\(v4)_\(v6)"
        case .port: "port"
        }
      return "\(kind)_\(group)_\(by)"
    }
  }

  var leafChains: [CompiledRules.Chain] {
    let deny = chain(unmatched, unmatchedRules)
    return leaves.map { chain($0.leaf.name($0.kind), rules(of: $0.leaf, kind: $0.kind)) } + [deny]
  }

  /// For packets of a protocol without ports and, where unmatched traffic is denied, for all that no rule matched.
  private var unmatchedRules: [String] {
    guard let fallback else { return ["counter name \(FilterNames.unmatched) drop"] }
    return rules(of: fallback, kind: "bucket")
  }

  private func rules(of leaf: Leaf, kind: String) -> [String] {
    let accept = "counter name \(FilterNames.accepted(leaf.group)) accept"
    let reject = "counter name \(FilterNames.rejected(leaf.group))"
    let owned = "@\(FilterNames.owned(leaf.group)) \(accept)"
    switch kind {
    case "flow_error": return ["ct state related \(accept)", "\(reject) drop"]
    case "segment":
      let reset = "@\(FilterNames.resets(leaf.group)) \(reject) reject with tcp reset"
      return ["ct state established \(accept)", "tcp flags & rst != 0 \(reject) drop"]
        + buckets(leaf, keys(leaf.identity)).map { "\($0) \(reset)" } + ["\(reject) drop"]
    case "quoted_4", "quoted_6":
      return buckets(leaf, [quotedKey(leaf.identity, isIPv4: kind == "quoted_4")]).map { "\($0) \(owned)" }
        + ["\(reject) drop"]
    default: return buckets(leaf, keys(leaf.identity)).map { "\($0) \(owned)" } + ["\(reject) drop"]
    }
  }

  /// The bucket of a client by each key. The kernel refuses a hash with one bucket, which would always be 0. The seed
  /// is written out because otherwise every node would draw its own.
  private func buckets(_ leaf: Leaf, _ keys: [String]) -> [String] {
    let group = groups[leaf.group]
    guard group.bucketCount > 1 else { return ["meta length & 0"] }
    let seed = "0x" + String(group.hashSeed, radix: 16)
    return keys.map { "jhash \($0) mod \(group.bucketCount) seed \(seed)" }
  }

  /// The key of a packet's client, by IP version; each matches only packets of its version.
  private func keys(_ identity: ClientIdentity) -> [String] {
    var keys: [String] = []
    for (field, isIPv4) in [("ip saddr", true), ("ip6 saddr", false)] where !(isIPv4 ? v4 : v6).isEmpty {
      switch identity {
      case .address: keys.append(field)
      case .addressPort: keys.append("\(field) . th sport")
      case .network(let first4, let first6):
        keys.append(field + (mask(first4, first6, isIPv4: isIPv4).map { " & \($0.text)" } ?? ""))
      case .port: return ["th sport"]
      }
    }
    return keys
  }

  /// The key of the client that was the destination of the packet quoted in an ICMP error.
  private func quotedKey(_ identity: ClientIdentity, isIPv4: Bool) -> String {
    let address = isIPv4 ? "@th,192,32" : "@th,256,128"
    let port = isIPv4 ? "@th,240,16" : "@th,400,16"
    switch identity {
    case .address: return address
    case .addressPort: return "\(address) . \(port)"
    case .network(let first4, let first6):
      return address + (mask(first4, first6, isIPv4: isIPv4).map { " & \(Self.hexadecimal($0))" } ?? "")
    case .port: return port
    }
  }

  /// The bits of an address that a network identity keeps; `nil` if it keeps all.
  private func mask(_ first4: UInt8, _ first6: UInt8, isIPv4: Bool) -> IPAddress? {
    if isIPv4 { return first4 >= 32 ? nil : IPAddress(v4: .max).network(v4: first4, v6: first6) }
    return first6 >= 128 ? nil : IPAddress(v6: .max, .max).network(v4: first4, v6: first6)
  }
}
