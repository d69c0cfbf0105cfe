import Engine
import FarmFile
import LinuxBackend
import TestSupport
import Testing

/// The filter's table from its installation to its removal, as `nft -j` sees it.
@Suite(.enabled(if: Sandbox.isPossible, "needs root, nftables and /dev/net/tun"), .inTime)
struct FilterLifeTests {
  static let settings = FilterFarm.settings(.defaultNode)

  static func filter(_ settings: Settings = settings) throws -> NftablesFilter {
    try NftablesFilter(settings: settings, virtualIPs: Sandbox.virtualIPs, table: "farm")
  }

  static func commit(_ seed: UInt64, settings: Settings = settings, isChange: Bool = false) -> FilterCommit {
    var random = SplitMix64(state: seed)
    return FilterCommit(
      number: CommitNumber(1), owned: FilterFarm.sets(settings, &random),
      resets: FilterFarm.sets(settings, &random), settings: isChange ? settings : nil)
  }

  /// Whether the kernel's sets are those of a commit.
  static func holds(_ commit: FilterCommit, _ sandbox: Sandbox) throws -> Bool {
    for i in commit.owned.indices {
      for (name, set) in [("owned_\(i)", commit.owned[i]), ("resets_\(i)", commit.resets[i])] {
        let expected = (0..<set.capacity).filter { set.contains(Bucket($0)) }
        if try sandbox.elements(of: name, table: "farm").sorted() != expected { return false }
      }
    }
    return true
  }

  /// A set has one element a bucket.
  @Test func aCommitMakesTheSetsWhatItSaysAndTheNextSendsDifferencesOnly() throws {
    let outcome = try Sandbox.run { sandbox in
      let filter = try Self.filter()
      try filter.install()
      let isClosed = try Self.holds(
        FilterCommit(
          number: CommitNumber(0),
          owned: Self.settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) },
          resets: Self.settings.ownershipGroups.map { BucketSet(capacity: $0.bucketCount) }), sandbox)
      var results: [Bool] = [isClosed]
      for seed in [UInt64(1), 2, 3] {
        let commit = Self.commit(seed)
        try filter.commit(commit)
        results.append(try Self.holds(commit, sandbox))
      }
      // The third commit again with one element less: the kernel sees only that change.
      var last = Self.commit(3)
      last.owned[0].remove(Bucket((0..<256).first { last.owned[0].contains(Bucket($0)) }!))
      let events = try sandbox.events { try filter.commit(last) }
      return (results, events)
    }
    #expect(outcome.0 == [true, true, true, true])
    #expect(
      outcome.1.count == 1 && outcome.1.allSatisfy { $0.contains("delete element inet farm owned_0") },
      "\(outcome.1)")
  }

  @Test func theLeaseEndsByItselfIsRenewedFromNothingAndEndsWhenToldTo() throws {
    let outcome = try Sandbox.run { sandbox in
      let filter = try Self.filter()
      try sandbox.installProbe()
      try filter.install()
      var commit = Self.commit(1)
      commit.owned[0] = .all(capacity: 256)
      try filter.commit(commit)
      func accepts() throws -> Bool {
        sandbox.send(
          PacketBytes.of(
            Packet(
              source: IPAddress(v4: 0x0b01_0203), sourcePort: 5, destination: Sandbox.virtualIPs[0],
              destinationPort: 80, kind: .tcp([.syn])), number: 1))
        return try !sandbox.seen().isEmpty
      }
      var accepted = [try accepts()]
      try filter.renewLease(for: .milliseconds(300))
      accepted.append(try accepts())
      try filter.renewLease(for: .milliseconds(300))
      let renewed = MonotonicClock.now
      var (lastAccepted, firstRefused) = (renewed, renewed)
      while true {
        let sent = MonotonicClock.now
        guard try accepts() else {
          firstRefused = MonotonicClock.now
          break
        }
        lastAccepted = sent
      }
      let end = (lastAccepted - renewed, firstRefused - renewed)
      accepted.append(try accepts())
      try filter.renewLease(for: Duration(nanoseconds: .max))
      accepted.append(try accepts())
      try filter.endLease()
      accepted.append(try accepts())
      try filter.renewLease(for: .seconds(1))
      try filter.renewLease(for: .nanoseconds(999_999))
      accepted.append(try accepts())
      return (accepted, end, try filter.strays().noLease)
    }
    #expect(outcome.0 == [false, true, false, true, false, false])
    // The kernel's clock ticks every 4 to 10 ms.
    #expect(outcome.1.0 < .milliseconds(312) && outcome.1.1 > .milliseconds(290), "\(outcome.1)")
    #expect(outcome.2 == 5)
  }

  @Test func newSettingsExchangeRulesAndBucketsAndKeepLeaseAndCounters() throws {
    let outcome = try Sandbox.run { sandbox in
      let filter = try Self.filter()
      try filter.install()
      try filter.renewLease(for: .seconds(100))
      try filter.commit(Self.commit(1))
      var fewer = FilterFarm.settings(.deny)
      fewer.groups[0].bucketCount = 1024
      fewer.groups[1].hashSeed = 77
      var results: [Bool] = []
      for settings in [fewer, Self.settings, fewer] {
        let commit = Self.commit(9, settings: settings, isChange: true)
        try filter.commit(commit)
        let fresh = try Self.filter(settings).adopt()
        results.append(try Self.holds(commit, sandbox))
        results.append(fresh?.owned == commit.owned && fresh!.leaseLeft > .seconds(90))
        results.append(try filter.repairIfEdited() == nil)
      }
      let names = try sandbox.objects("list sets").compactMap {
        ($0["set"] as? [String: Any])?["name"] as? String
      }
      return (results, Set(names))
    }
    #expect(outcome.0 == [Bool](repeating: true, count: 9))
    #expect(!outcome.1.contains("owned_4") && outcome.1.contains("owned_3"))
  }

  @Test func aTransactionThatTheKernelRefusesChangesNothingAndIsToldInOneLine() throws {
    let outcome = try Sandbox.run { sandbox in
      let filter = try Self.filter()
      try filter.install()
      try filter.commit(Self.commit(1))
      try sandbox.shell(
        "nft delete element inet farm owned_0 { $(nft -j list set inet farm owned_0 | sed 's/.*elem\": \\[\\([0-9]*\\),.*/\\1/') }"
      )
      let before = try sandbox.shell("nft list table inet farm")
      var empty = Self.commit(1)
      for i in empty.owned.indices { empty.owned[i].removeAll() }
      var words = ""
      do { try filter.commit(empty) } catch { words = "\(error)" }
      let isUnchanged = try sandbox.shell("nft list table inet farm") == before
      let repair = try filter.repairIfEdited()
      try filter.commit(empty)
      return (
        words, isUnchanged, repair, try Self.holds(empty, sandbox) == false,
        try sandbox.elements(of: "owned_0", table: "farm")
      )
    }
    #expect(outcome.0 == "nftables: Could not process rule: No such file or directory")
    #expect(outcome.1)
    #expect(outcome.2 == "set owned_0 of table inet farm was edited")
    #expect(outcome.4 == [])
  }

  @Test func withoutTheRightToUseNftablesEveryCallSaysWhatIsMissing() throws {
    let words = try Sandbox.run { sandbox in
      let filter = try Self.filter()
      var words: [String] = []
      do { try filter.renewLease(for: .seconds(1)) } catch { words.append("\(error)") }
      do { _ = try NftablesFilter(settings: Self.settings, virtualIPs: [], table: "farm") } catch {
        words.append("\(error)")
      }
      do {
        _ = try NftablesFilter(settings: Self.settings, virtualIPs: Sandbox.virtualIPs, table: "a b")
      } catch {
        words.append("\(error)")
      }
      return words
    }
    #expect(words.count == 3 && words.allSatisfy { !$0.contains("\n") }, "\(words)")
    #expect(words[0] == "nftables: No such file or directory")
  }

  @Test func otherTablesAreNeverTouchedAndNothingOfOursRemains() throws {
    let outcome = try Sandbox.run { sandbox in
      try sandbox.shell(
        """
        nft 'table inet mine { set owned_0 { type mark; elements = { 1, 2 }; }
          chain c { type filter hook prerouting priority -300; ip daddr 10.77.0.100 counter; }
        }'
        nft add table ip farm
        """)
      let before = try sandbox.shell("nft -a list ruleset")
      let filter = try Self.filter()
      let note = try filter.install()
      let again = try filter.install()
      try filter.renewLease(for: .seconds(10))
      try filter.commit(Self.commit(1))
      try filter.commit(Self.commit(2, isChange: true))
      try sandbox.shell("nft delete table inet farm")
      let repair = try filter.repairIfEdited()
      try filter.remove()
      try filter.remove()
      return (before, try sandbox.shell("nft -a list ruleset"), note, again, repair)
    }
    #expect(outcome.0 == outcome.1)
    #expect(outcome.2?.contains("nf_conntrack_tcp_loose set to 0, was 1") == true)
    #expect(outcome.3 == nil)
    #expect(outcome.4 == "table inet farm was deleted")
  }
}
