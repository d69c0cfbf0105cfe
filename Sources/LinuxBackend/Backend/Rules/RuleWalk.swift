import Foundation

/// Answers which rules of somebody else's table a kind of packets can meet.
///
/// It goes through the rules in the kernel's order and judges each condition as yes, no or maybe. A rule counts as met
/// unless something excludes it: a condition that never holds, or an earlier verdict that all of the packets get.
/// Conditions that it cannot judge, such as those about marks, may hold. It does not follow verdicts from named maps.
struct RuleWalk {
  /// A statement that was looked for and can be met, or the policy of a chain.
  struct Hit: Hashable {
    var chain: String
    /// The rule's handle; `nil` for a policy.
    var handle: Int?
    /// Whether all of the packets meet it.
    var isCertain: Bool
  }

  private struct Chain {
    var hook: String?
    var priority = 0
    var policy: String?
    var rules: [(handle: Int, statements: [[String: Any]])] = []
  }

  let family: String
  /// In the order of the listing.
  private var names: [String] = []
  private var chains: [String: Chain] = [:]
  /// The elements of named sets that only an operator changes: those of sets without packets' updates and time-outs.
  private var sets: [String: [Any]] = [:]
  private static let deepest = 16

  /// - Parameter json: the listing of one table by libnftables.
  /// - Source: libnftables-json(5).
  init(family: String, json: String) {
    self.family = family
    let root = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    for object in root?["nftables"] as? [[String: Any]] ?? [] {
      if let set = object["set"] as? [String: Any], let name = set["name"] as? String {
        let flags = set["flags"] as? [String] ?? []
        if !flags.contains("dynamic"), !flags.contains("timeout") {
          sets[name] = set["elem"] as? [Any] ?? []
        }
      } else if let chain = object["chain"] as? [String: Any], let name = chain["name"] as? String {
        names.append(name)
        chains[name] = Chain(
          hook: chain["hook"] as? String, priority: chain["prio"] as? Int ?? 0,
          policy: chain["policy"] as? String)
      } else if let rule = object["rule"] as? [String: Any], let chain = rule["chain"] as? String,
        let handle = rule["handle"] as? Int
      {
        chains[chain]?.rules.append((handle, rule["expr"] as? [[String: Any]] ?? []))
      }
    }
  }

  /// The places where packets meet a statement on their way through the base chains of one hook.
  /// - Parameters:
  ///   - highest: base chains of a higher priority are skipped.
  ///   - findsPolicy: whether a policy of `drop` counts as well.
  ///   - isWanted: gets the rule's handle, and the statement's name and value.
  func hits(
    of packets: PacketSort, at hook: String, upTo highest: Int = .max, findsPolicy: Bool = false,
    isWanted: (Int, String, Any) -> Bool
  ) -> [Hit] {
    guard family == "inet" || (family == "ip") == packets.isIPv4 else { return [] }
    var hits: [Hit] = []
    for name in names {
      guard let chain = chains[name], chain.hook == hook, chain.priority <= highest else { continue }
      let isOver = walk(name, packets, .yes, 0, isWanted, &hits)
      if findsPolicy, !isOver, chain.policy == "drop" {
        hits.append(Hit(chain: name, handle: nil, isCertain: true))
      }
    }
    return hits
  }

  /// - Returns: whether every packet that got here has its verdict, or has left the base chain.
  private func walk(
    _ name: String, _ packets: PacketSort, _ arrives: PacketSort.Answer, _ depth: Int,
    _ isWanted: (Int, String, Any) -> Bool, _ hits: inout [Hit]
  ) -> Bool {
    guard depth < Self.deepest, let chain = chains[name] else { return false }
    for (handle, statements) in chain.rules {
      var holds = PacketSort.Answer.yes
      for statement in statements {
        guard let (key, value) = statement.first else { continue }
        if key == "match" {
          holds = holds.and((value as? [String: Any]).map { packets.answer(to: resolved($0)) } ?? .maybe)
          if holds == .no { break }
          continue
        }
        if Self.conditions.contains(key)
          || key == "xt" && (value as? [String: Any])?["type"] as? String == "match"
        {
          holds = holds.and(.maybe)
          continue
        }
        let verdicts =
          key == "vmap" ? Self.cases(of: value, for: packets) : [(PacketSort.Answer.yes, key, value)]
        for (applies, verdict, target) in verdicts {
          let all = holds.and(applies)
          if isWanted(handle, verdict, target) {
            hits.append(Hit(chain: name, handle: handle, isCertain: arrives.and(all) == .yes))
          }
          switch verdict {
          case "accept", "drop", "reject", "queue": if all == .yes { return true }
          case "return": if all == .yes { return false }
          case "jump", "goto":
            guard let next = (target as? [String: Any])?["target"] as? String else { continue }
            let isOver = walk(next, packets, arrives.and(all), depth + 1, isWanted, &hits)
            if all == .yes, isOver || verdict == "goto" { return isOver }
          default: break
          }
        }
      }
    }
    return false
  }

  /// A condition with the elements of a named set instead of its name, if they are known.
  private func resolved(_ match: [String: Any]) -> [String: Any] {
    guard let name = match["right"] as? String, name.hasPrefix("@"),
      let elements = sets[String(name.dropFirst())]
    else { return match }
    return match.merging(["right": ["set": elements]]) { $1 }
  }

  /// Statements that let only some packets go on to the next statement.
  private static let conditions: Set<String> = ["limit", "quota", "connlimit", "ct count"]

  /// The verdicts that a map written in the rule may give the packets.
  private static func cases(of map: Any, for packets: PacketSort) -> [(PacketSort.Answer, String, Any)] {
    guard let map = map as? [String: Any], let key = map["key"],
      let elements = (map["data"] as? [String: Any])?["set"] as? [[Any]]
    else { return [] }
    return elements.compactMap { element in
      guard element.count == 2, let (verdict, target) = (element[1] as? [String: Any])?.first else {
        return nil
      }
      let answer = packets.answer(to: ["op": "==", "left": key, "right": element[0]])
      return answer == .no ? nil : (answer, verdict, target)
    }
  }
}
