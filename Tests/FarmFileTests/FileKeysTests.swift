import Engine
import Testing

@testable import FarmFile

/// What two files of a farm are compared by, key by key.
struct FileKeysTests {
  static let base = """
    farm:
      nodes: {fw-a: 100, fw-b: 100, fw-c: 50}
      virtual_ip: [198.51.100.100, "2001:db8:1::100"]
      groups: {web: {buckets: 256}, dns: {policy: rendezvous}}
      rules:
        - {port: 443, group: web, identity: address}
        - {port: 53, protocol: udp, group: dns, identity: address_port}
      application: {start: /bin/start, stop: /bin/stop}
      checkers: [{http: "http://127.0.0.1:80/"}]
      notify: {command: /bin/event}
    networks: {lan: , backup: {carries: heartbeat}}
    linux:
      interfaces: {lan: eth0, backup: eth1}
      addresses:
        fw-a: {lan: 198.51.100.1, backup: 10.78.0.1}
        fw-b: {lan: 198.51.100.2, backup: 10.78.0.2}
        fw-c: {lan: 198.51.100.3, backup: 10.78.0.3}
      key_file: /k

    """

  /// One change of a file.
  struct Change {
    /// The section and key that it is about, as ``FarmSection``, ``LinuxSection`` and ``FileSection`` declare it.
    let key: String
    let override: String
    /// The paths that are then named, and a part of what is said of the first.
    let named: [String]
    let says: String

    init(_ key: String, _ override: String, _ named: [String], _ says: String) {
      (self.key, self.override, self.named, self.says) = (key, override, named, says)
    }
  }

  /// What must be the same on all nodes.
  static let shared: [Change] = [
    Change("farm.id", "farm.id=2", ["farm.id"], "1 here, 2 there"),
    Change("farm.profile", "farm.profile=vm-safe", ["farm.heartbeat.interval"], " here, "),
    Change("farm.heartbeat", "farm.heartbeat={misses: 6}", ["farm.heartbeat.misses"], "5 here, 6 there"),
    Change(
      "heartbeat.interval", "farm.heartbeat.interval=90 ms", ["farm.heartbeat.interval"],
      "100 ms here, 90 ms there"),
    Change("heartbeat.misses", "farm.heartbeat.misses=6", ["farm.heartbeat.misses"], "5 here, 6 there"),
    Change(
      "heartbeat.margin", "farm.heartbeat.margin=51500 us", ["farm.heartbeat.margin"],
      "50 ms here, 51500 us there"),
    Change(
      "heartbeat.jitter", "farm.heartbeat.jitter=5.5 %", ["farm.heartbeat.jitter"], "10 % here, 5.5 % there"),
    Change(
      "heartbeat.delay_bound", "farm.heartbeat.delay_bound=6 ms", ["farm.heartbeat.delay_bound"],
      "5 ms here, 6 ms there"),
    Change(
      "heartbeat.commit_bound", "farm.heartbeat.commit_bound=6 ms", ["farm.heartbeat.commit_bound"],
      "5 ms here, 6 ms there"),
    Change("heartbeat.relay", "farm.heartbeat.relay=no", ["farm.heartbeat.relay"], "yes here, no there"),
    Change(
      "heartbeat.lease", "farm.heartbeat.lease=strict", ["farm.heartbeat.lease"], "renewed here, strict there"
    ),
    Change(
      "farm.virtual_ip", "farm.virtual_ip=[198.51.100.100, \"2001:db8:1::100\", 198.51.100.101]",
      ["farm.virtual_ip"], "198.51.100.101 only there"),
    Change(
      "farm.virtual_ip", "farm.virtual_ip=[198.51.100.101, \"2001:db8:1::100\"]",
      ["farm.virtual_ip", "linux.shared_mac"], "198.51.100.100 here, 198.51.100.101 there"),
    // The first one gives the MAC.
    Change(
      "farm.virtual_ip", "farm.virtual_ip=[\"2001:db8:1::100\", 198.51.100.100]", ["linux.shared_mac"],
      "5a:fe:c6:33:64:64 here, 5a:f6:"),
    Change(
      "farm.nodes", "farm.nodes={fw-b: 100, fw-a: 100, fw-c: 50}", ["farm.nodes"], "in another order there"),
    Change(
      "node.weight", "farm.nodes.fw-b={weight: 70}",
      ["farm.groups.web.weights.fw-b", "farm.groups.dns.weights.fw-b"], "100 here, 70 there"),
    Change(
      "farm.groups", "farm.groups={dns: {policy: rendezvous}, web: {buckets: 256}}", ["farm.groups"],
      "in another order there"),
    Change(
      "group.buckets", "farm.groups.web.buckets=128", ["farm.groups.web.buckets"], "256 here, 128 there"),
    Change(
      "group.hash_seed", "farm.groups.dns.hash_seed=7", ["farm.groups.dns.hash_seed"], "0 here, 7 there"),
    Change(
      "group.policy", "farm.groups.web.policy=priority", ["farm.groups.web.policy"],
      "preference here, priority there"),
    Change(
      "group.weights", "farm.groups.web.weights={fw-a: 1}", ["farm.groups.web.weights.fw-a"],
      "100 here, 1 there"),
    Change(
      "farm.rules", "farm.rules=[{port: 443, group: web}]", ["farm.rules"],
      "{protocol: udp, port: 53, identity: address_port, group: dns} only here"),
    Change("rule.port", "farm.rules.0.port=[443, 8000-8099]", ["farm.rules"], "port: [443, 8000-8099]"),
    Change("rule.protocol", "farm.rules.0.protocol=udp", ["farm.rules"], "protocol: udp, port: 443"),
    Change(
      "rule.virtual_ip", "farm.rules.0.virtual_ip=198.51.100.100", ["farm.rules"],
      "virtual_ip: 198.51.100.100"),
    Change("rule.group", "farm.rules.0.group=dns", ["farm.rules"], "identity: address, group: dns} there"),
    Change(
      "rule.identity", "farm.rules.0.identity=network/24/56", ["farm.rules"], "identity: network/24/56"),
    Change(
      "farm.unmatched", "farm.unmatched=default_node", ["farm.unmatched"], "deny here, default_node there"),
    Change("farm.failback", "farm.failback=manual", ["farm.failback"], "automatic here, manual there"),
    Change(
      "failback.delayed", "farm.failback={delayed: 90 s}", ["farm.failback"],
      "automatic here, delayed 90 s there"),
    Change("farm.alone", "farm.alone=quorum", ["farm.alone"], "availability here, quorum there"),
    Change("farm.flap", "farm.flap=off", ["farm.flap.penalty"], "1000 here, 0 there"),
    Change("flap.penalty", "farm.flap.penalty=900", ["farm.flap.penalty"], "1000 here, 900 there"),
    Change("flap.suppress", "farm.flap.suppress=3001", ["farm.flap.suppress"], "3000 here, 3001 there"),
    Change("flap.reuse", "farm.flap.reuse=1501", ["farm.flap.reuse"], "1500 here, 1501 there"),
    Change("flap.half_life", "farm.flap.half_life=2 min", ["farm.flap.half_life"], "60 s here, 120 s there"),
    Change(
      "farm.drain_deadline", "farm.drain_deadline=1 h", ["farm.drain_deadline"], "300 s here, 3600 s there"),
    Change("farm.flow_grace", "farm.flow_grace=1 s", ["farm.flow_grace"], "3600 s here, 1 s there"),
    Change(
      "farm.reset_unknown_segments", "farm.reset_unknown_segments=no", ["farm.reset_unknown_segments"],
      "yes here, no there"),
    Change(
      "file.networks", "networks={backup: {carries: heartbeat}, lan: {}}", ["networks"],
      "in another order there"),
    Change(
      "network.carries", "networks.backup.carries=[service, heartbeat]", ["networks.backup.carries"],
      "heartbeat here, service, heartbeat there"),
    Change(
      "linux.addresses", "linux.addresses.fw-b.lan=198.51.100.9", ["linux.addresses.fw-b.lan"],
      "198.51.100.2 here, 198.51.100.9 there"),
    Change(
      "attachment.address", "linux.addresses.fw-b.backup={address: 10.78.0.9}",
      ["linux.addresses.fw-b.backup"],
      "10.78.0.2 here, 10.78.0.9 there"),
    Change("linux.port", "linux.port=7947", ["linux.port"], "7946 here, 7947 there"),
    Change(
      "linux.delivery", "linux.delivery=unicast", ["linux.delivery"],
      "broadcast on lan and broadcast on backup here, unicast on lan and unicast on backup there"),
    Change(
      "delivery.multicast", "linux.delivery={multicast: 239.77.1.1}", ["linux.delivery"],
      "multicast 239.77.1.1 on lan"),
    Change(
      "linux.shared_address", "linux.shared_address=multicast", ["linux.shared_address", "linux.shared_mac"],
      "unicast here, multicast there"),
    Change(
      "linux.shared_address", "linux.shared_address=none", ["linux.shared_address", "linux.shared_mac"],
      "unicast here, none there"),
    Change(
      "linux.shared_mac", "linux.shared_mac=5a:fe:00:00:00:01", ["linux.shared_mac"],
      "5a:fe:c6:33:64:64 here, 5a:fe:00:00:00:01 there"),
  ]

  /// What each node may say for itself.
  static let own: [Change] = [
    Change("rule.name", "farm.rules.0.name=site", ["farm.rules.name"], "tcp/443 here, site there"),
    Change("farm.checkers", "farm.checkers=[]", ["farm.checkers"], "http 127.0.0.1:80/, host 127.0.0.1:80"),
    Change("checker.tcp", "farm.checkers=[{tcp: 80}]", ["farm.checkers"], "tcp 80, interval 1 s"),
    Change(
      "checker.ping", "farm.checkers=[{ping: 192.0.2.1}]", ["farm.checkers"], "ping 192.0.2.1, interval"),
    Change("checker.interface", "farm.checkers=[{interface: eth0}]", ["farm.checkers"], "interface eth0,"),
    Change("checker.process", "farm.checkers=[{process: nginx}]", ["farm.checkers"], "process nginx,"),
    Change(
      "checker.command", "farm.checkers=[{command: /bin/true}]", ["farm.checkers"], "command /bin/true,"),
    Change(
      "checker.http", "farm.checkers.0.http=\"http://127.0.0.1:81/\"", ["farm.checkers"], "127.0.0.1:81"),
    Change(
      "checker.expect", "farm.checkers.0.expect=[204, 300-399]", ["farm.checkers"], "expect 204 or 300-399"),
    Change("checker.host", "farm.checkers.0.host=shop", ["farm.checkers"], "host shop"),
    Change("checker.name", "farm.checkers.0.name=shop", ["farm.checkers"], "shop, http 127.0.0.1:80/"),
    Change("checker.interval", "farm.checkers.0.interval=2 s", ["farm.checkers"], "interval 2 s"),
    Change("checker.timeout", "farm.checkers.0.timeout=2 s", ["farm.checkers"], "timeout 2 s"),
    Change("checker.threshold", "farm.checkers.0.threshold=4", ["farm.checkers"], "threshold 4"),
    Change("checker.recovery", "farm.checkers.0.recovery=4", ["farm.checkers"], "recovery 4"),
    Change("checker.action", "farm.checkers.0.action=stop_start", ["farm.checkers"], "action stop_start"),
    Change(
      "farm.application", "farm.application={start: /a, stop: /bin/stop}", ["farm.application.start"],
      "/bin/start here, /a there"),
    Change(
      "application.start", "farm.application.start=/a", ["farm.application.start"], "/bin/start here, /a"),
    Change("application.stop", "farm.application.stop=/a", ["farm.application.stop"], "/bin/stop here, /a"),
    Change(
      "application.restart", "farm.application.restart=/a", ["farm.application.restart"], "none here, /a"),
    Change(
      "application.start_time", "farm.application.start_time=1 s", ["farm.application.start_time"],
      "5 s here, 1 s there"),
    Change(
      "application.timeout", "farm.application.timeout=1 s", ["farm.application.timeout"],
      "60 s here, 1 s there"),
    Change(
      "application.maxloop", "farm.application.maxloop=4", ["farm.application.maxloop"], "3 here, 4 there"),
    Change(
      "application.loop_interval", "farm.application.loop_interval=1 h", ["farm.application.loop_interval"],
      "86400 s here, 3600 s there"),
    Change(
      "farm.notify", "farm.notify={command: /a}", ["farm.notify.command"], "/bin/event here, /a there"),
    Change("notify.command", "farm.notify.command=/a", ["farm.notify.command"], "/bin/event here, /a"),
    Change("notify.events", "farm.notify.events=hole", ["farm.notify.events"], "hole there"),
    Change("notify.hole", "farm.notify.hole=1 s", ["farm.notify.hole"], "2 s here, 1 s there"),
    Change("notify.timeout", "farm.notify.timeout=1 s", ["farm.notify.timeout"], "5 s here, 1 s there"),
    Change(
      "linux.interfaces", "linux.interfaces.lan=ens3", ["linux.addresses.fw-a.lan.interface"],
      "eth0 here, ens3 there"),
    Change(
      "attachment.interface", "linux.addresses.fw-b.lan={address: 198.51.100.2, interface: ens3}",
      ["linux.addresses.fw-b.lan.interface"], "eth0 here, ens3 there"),
    Change("linux.key_file", "linux.key_file=/other", ["linux.key_file"], "/k here, /other there"),
    Change(
      "linux.previous_key_file", "linux.previous_key_file=/old", ["linux.previous_key_file"],
      "none here, /old there"),
    Change(
      "linux.run_directory", "linux.run_directory=/r", ["linux.run_directory"], "/run/farmd here, /r there"),
    Change(
      "linux.state_directory", "linux.state_directory=/s", ["linux.state_directory"],
      "/var/lib/farmd here, /s there"),
    Change("linux.metrics", "linux.metrics=no", ["linux.metrics"], "127.0.0.1:9477 here, no there"),
    // Nobody asks it.
    Change(
      "linux.gateway", "linux.gateway=198.51.100.254", ["linux.gateway"], "none here, 198.51.100.254 there"),
    Change("linux.table", "linux.table=web", ["linux.table"], "farmd here, web there"),
  ]

  /// What a daemon does not read, and what holds others that are listed.
  static let elsewhere = [
    "file.description", "file.about", "file.yes_if", "file.no_if", "file.kernel", "file.traffic",
    "file.faults", "file.run", "file.expect",
    "file.farm",
    "file.linux", "network.delay", "network.loss", "network.duplication", "network.reordering",
    "network.links",
  ]

  static func read(_ overrides: [String], text: String = base) throws -> DaemonFile {
    try DaemonFile.read(text: text, file: "f", overrides: overrides.map { try Override(parsing: $0) }).get()
  }

  @Test func everyKeyOfTheFormatIsComparedOrSaidToBeEachNodesOwn() {
    var declared: [String] = []
    func add<Section: KeySection & RawRepresentable>(_ sections: [Section]) where Section.RawValue == String {
      for section in sections { declared += section.keys.map { "\(section.rawValue).\($0)" } }
    }
    add(FileSection.allCases.map { $0 })
    add(FarmSection.allCases.map { $0 })
    add(LinuxSection.allCases.map { $0 })
    let listed = Set((Self.shared + Self.own).map(\.key)).union(Self.elsewhere)
    #expect(Set(declared) == listed, "\(Set(declared).symmetricDifference(listed).sorted())")
  }

  @Test(arguments: shared.indices)
  func whatMustBeTheSameChangesTheDigestAndIsNamed(_ i: Int) throws {
    let change = Self.shared[i]
    let (here, there) = (try Self.read([]), try Self.read([change.override]))
    #expect(here.farm.settings.digest != there.farm.settings.digest)
    let differences = FileKeys.shared(here.farm, here.linux).differences(
      from: FileKeys.shared(there.farm, there.linux))
    for path in change.named { #expect(differences.contains { $0.path == path }, "\(differences)") }
    #expect(differences.first?.path == change.named.first, "\(differences)")
    let said = differences.first?.text("there") ?? ""
    #expect(said.hasPrefix("\(change.named[0]): ") && said.contains(change.says), "\(said)")
  }

  @Test(arguments: own.indices)
  func whatIsANodesOwnLeavesTheDigestAsItIsAndAReloadCanSayWhatChanged(_ i: Int) throws {
    let change = Self.own[i]
    let (here, there) = (try Self.read([]), try Self.read([change.override]))
    #expect(here.farm.settings.digest == there.farm.settings.digest)
    #expect(FileKeys.shared(here.farm, here.linux) == FileKeys.shared(there.farm, there.linux))
    let differences = FileKeys.own(here.farm, here.linux).differences(
      from: FileKeys.own(there.farm, there.linux))
    #expect(differences.first?.path == change.named.first, "\(differences)")
    let said = differences.map { $0.text("there") }.joined()
    #expect(said.contains(change.says), "\(said)")
  }

  @Test func theWitnessMustBeTheSameWhereItIsAsked() throws {
    let witness = ["farm.alone=witness", "linux.gateway=198.51.100.254"]
    let (here, there) = (try Self.read(witness), try Self.read(witness + ["linux.gateway=198.51.100.253"]))
    #expect(here.farm.settings.digest != there.farm.settings.digest)
    let said = FileKeys.shared(here.farm, here.linux).differences(from: .shared(there.farm, there.linux))
    #expect(said.map { $0.text("on fw-b") } == ["linux.gateway: 198.51.100.254 here, 198.51.100.253 on fw-b"])
  }

  @Test func howAFileIsWrittenMakesNoDifference() throws {
    let here = try Self.read([])
    for same in [
      "farm.heartbeat.interval=0.1 s", "linux.shared_mac=5a:fe:c6:33:64:64", "linux.delivery=broadcast",
      "farm.rules.0.port=[443]", "linux.shared_mac=auto", "farm.groups.web={}", "farm.profile=default",
    ] {
      let there = try Self.read([same])
      #expect(here.farm.settings.digest == there.farm.settings.digest, "\(same)")
      #expect(FileKeys.shared(here.farm, here.linux) == FileKeys.shared(there.farm, there.linux), "\(same)")
    }
  }

  @Test func whatIsToldIsReadAsTheSameAgainAndAnythingElseIsRefusedOrMadeHarmless() throws {
    let here = try Self.read([])
    let keys = FileKeys.shared(here.farm, here.linux)
    #expect(FileKeys(bytes: keys.bytes) == keys)
    for length in 1..<keys.bytes.count {
      // A cut at the end of a key leaves a shorter list.
      if let cut = FileKeys(bytes: Array(keys.bytes.prefix(length))) {
        #expect(keys.list.starts(with: cut.list))
      }
    }
    #expect(FileKeys(bytes: [2, 0, 0, 0, 0]) == nil)
    let hostile = FileKeys([FileKey("farm.\u{1B}[2J", "a\nb\u{9B}")])
    #expect(FileKeys(bytes: hostile.bytes) == FileKeys([FileKey("farm.?[2J", "a?b?")]))
  }

  @Test func differencesAreSaidInWordsThatFitALine() {
    let here = FileKeys([FileKey("a", list: ["1", "2", "2"]), FileKey("b", "x"), FileKey("c", "y")])
    let there = FileKeys([FileKey("a", list: ["2", "3"]), FileKey("c", "z"), FileKey("d", "new")])
    #expect(
      here.differences(from: there).map { $0.text("on n2") } == [
        "a: 1 and 2 here, 3 on n2", "b: x only here", "c: y here, z on n2", "d: new only on n2",
      ])
    #expect(
      here.differences(from: there).map(\.change) == [
        "a: 1 and 2 becomes 3", "b: without x", "c: y becomes z", "d: with new",
      ])
    let many = FileKeys([FileKey("a", list: (1...9).map(String.init))]).differences(
      from: FileKeys([FileKey("a", list: [])]))
    #expect(many.map { $0.text("on n2") } == ["a: 1 and 2 and 3 and 4 and 5 more only here"])
    #expect(here.differences(from: here).isEmpty)
  }
}
