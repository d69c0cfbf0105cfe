import Engine
import Testing

/// The digest of settings.
@Suite struct SettingsDigestTests {
  /// One change of each field, list and choice.
  static let changes: [@Sendable (inout Settings) -> Void] = [
    { $0.farmID = 2 },
    { $0.nodeCount = 5 },
    { $0.networks.append(NetworkSettings()) },
    { $0.networks[0].carriesService = false },
    { $0.heartbeat.interval = .milliseconds(101) },
    { $0.heartbeat.misses = 6 },
    { $0.heartbeat.margin = .milliseconds(51) },
    { $0.heartbeat.jitterPermille = 101 },
    { $0.heartbeat.delayBound = .milliseconds(6) },
    { $0.heartbeat.commitBound = .milliseconds(6) },
    { $0.heartbeat.isRelaying = false },
    { $0.heartbeat.leasePolicy = .strict },
    { $0.heartbeat.leasePolicy = .none },
    { $0.groups.append(GroupSettings()) },
    { $0.groups.removeLast() },
    { $0.groups.swapAt(0, 1) },
    { $0.groups[0].bucketCount = 257 },
    { $0.groups[0].hashSeed = 1 },
    { $0.groups[0].policy = .priority },
    { $0.groups[0].policy = .maglev },
    { $0.groups[0].weights[1] = 51 },
    { $0.groups[0].weights.removeLast() },
    { $0.groups[0].weights.swapAt(0, 1) },
    { $0.rules.removeLast() },
    { $0.rules.swapAt(0, 1) },
    { $0.rules[0].transport = .udp },
    { $0.rules[0].ports[0].first = 79 },
    { $0.rules[0].ports[0].last = 81 },
    { $0.rules[0].ports.removeLast() },
    { $0.rules[0].virtualIPs.append(IPAddress(v4: 1)) },
    { $0.rules[0].virtualIPs.append(IPAddress(v6: 0, 1)) },
    { $0.rules[1].virtualIPs[0].high = 1 },
    { $0.rules[1].virtualIPs[0].low = 1 },
    { $0.rules[0].group = GroupID(1) },
    { $0.rules[0].identity = .address },
    { $0.rules[0].identity = .port },
    { $0.rules[0].identity = .network(v4: 24, v6: 64) },
    { $0.rules[0].identity = .network(v4: 25, v6: 64) },
    { $0.rules[0].identity = .network(v4: 24, v6: 65) },
    { $0.unmatched = .deny },
    { $0.life.failback = .manual },
    { $0.life.failback = .delayed(.zero) },
    { $0.life.failback = .delayed(.seconds(1)) },
    { $0.life.alone = .witness },
    { $0.life.alone = .quorum },
    { $0.life.flapPenalty = 1001 },
    { $0.life.flapSuppress = 3001 },
    { $0.life.flapReuse = 1501 },
    { $0.life.flapHalfLife = .seconds(61) },
    { $0.life.drainDeadline = .seconds(301) },
    { $0.flows.grace = .seconds(3601) },
    { $0.flows.resetsUnknownSegments = false },
    { $0.surroundings = Digest(rawValue: 1) },
    { $0.surroundings = Digest(rawValue: 2) },
  ]

  @Test func everyChangeAndEveryPairOfChangesGivesAnotherDigest() {
    let sound = SettingsProblemsTests.sound()
    #expect(sound.digest == SettingsProblemsTests.sound().digest)
    var seen: [Settings: Digest] = [sound: sound.digest]
    for change in SettingsDigestTests.changes {
      var settings = sound
      change(&settings)
      #expect(settings != sound && seen[settings] == nil, "each line changes something of its own")
      seen[settings] = settings.digest
    }
    for first in SettingsDigestTests.changes {
      for second in SettingsDigestTests.changes {
        var settings = sound
        // A change of an element can only follow one that left the element there.
        second(&settings)
        if settings.groups.count == 2, settings.rules.count == 2, settings.groups[0].weights.count > 1,
          !settings.rules[1].virtualIPs.isEmpty
        {
          first(&settings)
        }
        seen[settings] = settings.digest
      }
    }
    #expect(Set(seen.values).count == seen.count && seen.count > 1000)
    #expect(!seen.values.contains(Digest(rawValue: 0)))
  }

  @Test func everyFieldOfTheSettingsIsThere() {
    // A field that is new here needs a line in the list above, and its place in the digest.
    func fields(_ value: Any) -> [String] { Mirror(reflecting: value).children.map { $0.label ?? "" } }
    let settings = SettingsProblemsTests.sound()
    #expect(
      fields(settings) == [
        "farmID", "nodeCount", "networks", "heartbeat", "groups", "rules", "unmatched", "life", "flows",
        "surroundings",
      ])
    #expect(fields(settings.networks[0]) == ["carriesService"])
    #expect(
      fields(settings.heartbeat) == [
        "interval", "misses", "margin", "jitterPermille", "delayBound", "commitBound", "isRelaying",
        "leasePolicy",
      ])
    #expect(fields(settings.groups[0]) == ["bucketCount", "hashSeed", "policy", "weights"])
    #expect(fields(settings.rules[0]) == ["transport", "ports", "virtualIPs", "group", "identity"])
    #expect(
      fields(settings.life) == [
        "failback", "alone", "flapPenalty", "flapSuppress", "flapReuse", "flapHalfLife", "drainDeadline",
      ])
    #expect(fields(settings.flows) == ["grace", "resetsUnknownSegments"])
  }
}
