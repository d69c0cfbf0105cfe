import Engine
import Foundation
import TestSupport
import Testing

@testable import FarmFile

struct LinuxBlockTests {
  static let farm = """
    farm: {nodes: [a, b], virtual_ip: 10.77.0.100, rules: [{port: 80}]}
    networks: {lan: , backup: {carries: heartbeat}}

    """

  /// The smallest block for two nodes on two networks.
  static let smallest = """
    linux:
      interfaces: {lan: eth0, backup: eth1}
      addresses:
        a: {lan: 10.77.0.1, backup: 10.78.0.1}
        b: {lan: 10.77.0.2, backup: 10.78.0.2}
      key_file: /etc/farmd/key

    """

  static func read(_ linux: String, farm: String = farm, overrides: [Override] = []) -> (
    file: DaemonFile?, lines: [String]
  ) {
    switch DaemonFile.read(text: farm + linux, file: "f", overrides: overrides) {
    case .success(let file): (file, [])
    case .failure(let problems): (nil, problems.problems.map(\.description))
    }
  }

  /// The problems of the smallest block with one text replaced by another.
  static func problems(_ old: String, _ new: String) -> [String] {
    precondition((farm + smallest).contains(old), "the test replaces nothing: \(old)")
    return read("", farm: (farm + smallest).replacing(old, with: new)).lines
  }

  @Test func theSmallestBlockNeedsInterfacesAddressesAndAKey() {
    let (file, lines) = LinuxBlockTests.read(LinuxBlockTests.smallest)
    #expect(lines.isEmpty)
    func at(_ text: String, _ interface: String) -> NodeAttachment {
      NodeAttachment(address: IPAddress(parsing: text)!, interface: interface)
    }
    let expected = LinuxSettings(
      attachments: [
        [at("10.77.0.1", "eth0"), at("10.78.0.1", "eth1")],
        [at("10.77.0.2", "eth0"), at("10.78.0.2", "eth1")],
      ], port: 7946, delivery: [.broadcast, .broadcast], keyFile: "/etc/farmd/key", previousKeyFile: nil,
      sharedAddress: .unicast, sharedMAC: nil, runDirectory: "/run/farmd", stateDirectory: "/var/lib/farmd",
      metrics: SocketEndpoint(address: IPAddress(v4: 0x7f00_0001), port: 9477), gateway: nil, table: "farmd")
    #expect(file?.linux == expected)
    #expect(file?.farm.networks == ["lan", "backup"])
    #expect(file?.farm.settings.networks.map(\.carriesService) == [true, false])
  }

  @Test func everyKeyChangesItsSetting() {
    let (file, lines) = LinuxBlockTests.read(LinuxBlockTests.everyKey)
    #expect(lines.isEmpty)
    guard let linux = file?.linux else { return }
    #expect(
      linux.attachments.map { $0.map { "\($0.address.text)@\($0.interface)" } } == [
        ["fd00::1@ens1", "fe80::1@eth1"], ["fd00::2@eth0", "fe80::2@eth1"],
      ])
    #expect(linux.port == 9000)
    #expect(
      linux.delivery == [
        .multicast(IPAddress(v6: 0xff02 << 48, 0x77)), .multicast(IPAddress(v6: 0xff02 << 48, 0x77)),
      ])
    #expect(linux.keyFile == "/k" && linux.previousKeyFile == "/k.old")
    #expect(linux.sharedAddress == .multicast && linux.sharedMAC == MACAddress(0x03bf_0a4d_0064))
    #expect(linux.runDirectory == "/r" && linux.stateDirectory == "/s")
    #expect(linux.metrics == SocketEndpoint(address: IPAddress(v6: 0, 1), port: 80))
    #expect(linux.gateway == IPAddress(v4: 0x0a4d_00fe) && linux.table == "web_1")
  }

  static let everyKey = """
    linux:
      interfaces: {lan: eth0, backup: eth1}
      addresses:
        b: {lan: "fd00::2", backup: "fe80::2"}
        a: {lan: {address: "fd00::1", interface: ens1}, backup: "fe80::1"}
      port: 9000
      delivery: {multicast: "ff02::77"}
      key_file: /k
      previous_key_file: /k.old
      shared_address: multicast
      shared_mac: 03:bf:0a:4d:00:64
      run_directory: /r
      state_directory: /s
      metrics: "[::1]:80"
      gateway: 10.77.0.254
      table: web_1

    """

  @Test func ipv6GoesToEachNodeAndIPv4ToAllUnlessTheFileSaysOtherwise() {
    let mixed = LinuxBlockTests.smallest.replacing("10.78.0.", with: "fd00::").replacing(
      "backup: fd00::1", with: "backup: \"fd00::1\""
    ).replacing("backup: fd00::2", with: "backup: \"fd00::2\"")
    #expect(LinuxBlockTests.read(mixed).file?.linux.delivery == [.broadcast, .unicast])
    #expect(
      LinuxBlockTests.read(mixed + "  delivery: broadcast\n").lines
        == ["f:9:13: network 'backup' is IPv6, which has no broadcast; expected unicast"])
    #expect(
      LinuxBlockTests.read(mixed + "  delivery: unicast\n").file?.linux.delivery == [.unicast, .unicast])
    #expect(
      LinuxBlockTests.read(mixed + "  delivery: {multicast: 239.1.1.1}\n").lines
        == ["f:9:25: network 'backup' cannot reach 239.1.1.1; expected one family"])
    #expect(
      LinuxBlockTests.read(LinuxBlockTests.smallest + "  metrics: no\n").file?.linux.metrics == .some(nil))
  }

  @Test(arguments: [
    ("10.77.0.2", "10.77.0.1", "7:14: 10.77.0.1 is also the address of a on lan; expected one of its own"),
    ("10.78.0.2", "10.77.0.1", "7:33: 10.77.0.1 is also the address of a on lan; expected one of its own"),
    ("10.77.0.2", "10.77.0.100", "7:14: 10.77.0.100 is a virtual IP; expected an address of the node alone"),
    (
      "10.77.0.2", "239.0.0.1",
      "7:14: 239.0.0.1 is the address of a group; expected an address of the node alone"
    ),
    ("10.77.0.2", "'::2'", "7:14: ::2 among IPv4 addresses; expected one family on a network"),
    (
      ", backup: 10.78.0.2", "",
      "7:8: node 'b' has no address on network 'backup'; expected one on each network"
    ),
    (
      "    b: {lan: 10.77.0.2, backup: 10.78.0.2}\n", "",
      "6:5: node 'b' has no address; expected one on each network"
    ),
    ("    b: {", "    c: {", "7:5: unknown node 'c'; did you mean 'a'?"),
    ("backup: 10.78.0.2", "backap: 10.78.0.2", "7:25: unknown network 'backap'; did you mean 'backup'?"),
    (
      ", backup: eth1", "",
      "6:33: node 'a' has no interface on network 'backup'; expected 'interfaces: {backup: eth0}', or one for this node alone"
    ),
    (
      "lan: eth0", "lan: a/b",
      "4:21: 'a/b' cannot be an interface; expected the name of an interface, such as eth0"
    ),
    (
      "  key_file: /etc/farmd/key\n", "",
      "4:3: 'key_file' is missing; expected the file with the heartbeats' key"
    ),
    (
      "/etc/farmd/key", "key",
      "8:13: 'key' is not a path from the root; expected a path from the root, such as /etc/farmd/key"
    ),
    ("key_file", "keyfile", "8:3: unknown key 'keyfile'; did you mean 'key_file'?"),
    ("linux:", "linus:", "3:1: unknown key 'linus'; did you mean 'linux'?"),
    (
      "virtual_ip: 10.77.0.100,", "virtual_ip: 10.77.0.100, alone: witness,",
      "4:3: 'gateway' is missing; expected the witness that 'alone: witness' asks"
    ),
  ])
  func whatCannotWorkIsOneLine(_ old: String, _ new: String, _ line: String) {
    #expect(LinuxBlockTests.problems(old, new).contains("f:" + line), "\(LinuxBlockTests.problems(old, new))")
  }

  @Test(arguments: [
    ("port: 0", "'port' is out of range: 0; expected 1 to 65535"),
    ("delivery: brodcast", "unknown delivery 'brodcast'; did you mean 'broadcast'?"),
    (
      "delivery: {multicast: 10.0.0.1}",
      "10.0.0.1 is no group; expected a multicast address, such as 239.77.1.1"
    ),
    (
      "shared_mac: 5a:fe",
      "'5a:fe' is not an Ethernet address; expected auto, or an address such as 5a:fe:0a:4d:00:64"
    ),
    (
      "shared_mac: 03:bf:0a:4d:00:64",
      "03:bf:0a:4d:00:64 is a group's; expected one with an even first byte, or 'shared_address: multicast'"
    ),
    (
      "shared_mac: 00:16:3e:00:00:01",
      "00:16:3e:00:00:01 may belong to a machine; expected a first byte such as 5a or 02, or 03 for a group"
    ),
    (
      "metrics: 127.0.0.1",
      "'127.0.0.1' is no address with a port; expected an address and port, such as 127.0.0.1:9477, or no"
    ),
    (
      "table: 1st",
      "'1st' cannot be a table's name; expected a letter, then letters, digits and '_', at most 31"
    ),
    (
      "metrics: 0.0.0.0:9477",
      "'0.0.0.0:9477' is not of this machine alone; expected 127.0.0.1 or [::1], with a port"
    ),
    ("gateway: 10.77.0.100", "10.77.0.100 is a virtual IP, which each node has; expected another machine's"),
    ("gateway: 10.78.0.2", "10.78.0.2 is an address of node 'b'; expected another machine's"),
    (
      "gateway: 127.0.0.1",
      "127.0.0.1 never leaves the machine; expected an address of a router, such as 192.0.2.254"
    ),
    (
      "delivery: {multicast: \"ff01::77\"}",
      "ff01::77 never leaves the machine; expected another scope, such as ff02::77"
    ),
    ("previous_key_file: /etc/farmd/key", "both keys are in one file; expected another file"),
    ("shared_address: unicats", "unknown shared_address 'unicats'; did you mean 'unicast'?"),
  ])
  func aValueThatCannotBeIsOneLine(_ key: String, _ message: String) {
    let lines = LinuxBlockTests.read(LinuxBlockTests.smallest + "  \(key)\n").lines
    #expect(lines.count == 1 && lines[0].hasPrefix("f:9:") && lines[0].hasSuffix(": " + message), "\(lines)")
  }

  @Test func allMistakesComeAtOnceInTheOrderOfTheFile() {
    let lines = LinuxBlockTests.read(
      """
      linux:
        interfaces: {lan: eth0, wan: eth9}
        addresses: {a: {lan: 10.77.0.100}, b: 3}
        delivery: never
        table: "a b"
      """
    ).lines
    #expect(
      lines.map { String($0.prefix { $0 != " " }) } == [
        "f:4:3:", "f:4:27:", "f:5:18:", "f:5:24:", "f:5:41:", "f:6:13:", "f:7:10:",
      ])
  }

  @Test func aFileWithoutTheBlockIsRefusedAndOverridesReachIt() {
    #expect(
      LinuxBlockTests.read("").lines == [
        "f:1:1: 'linux' is missing; expected a 'linux:' block: where its nodes are"
      ])
    let port = Override(path: "linux.port", value: "1234")
    #expect(LinuxBlockTests.read(LinuxBlockTests.smallest, overrides: [port]).file?.linux.port == 1234)
    let wrong = Override(path: "linux.addresses.a.lan", value: "10.77.0.2")
    #expect(
      LinuxBlockTests.read(LinuxBlockTests.smallest, overrides: [wrong]).lines == [
        "f:7:14: 10.77.0.2 is also the address of a on lan; expected one of its own"
      ])
  }

  /// Each section of the reference has a heading with the section's name; each key stands in a row below.
  @Test func everyKeyIsInTheReferenceAndNoOther() throws {
    let path = BuiltProgram.root.appending(path: "docs/farm-file.md").path()
    var rows: [String: Set<String>] = [:]
    var section = ""
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      if line.hasPrefix("#") {
        section = line.split(separator: "(").last.map { String($0.dropLast()) } ?? ""
      } else if line.hasPrefix("| `") {
        rows[section, default: []].insert(String(line.dropFirst(3).prefix { $0 != "`" }))
      }
    }
    for section in LinuxSection.allCases {
      #expect(rows[section.rawValue] == Set(section.keys), "\(section.rawValue)")
    }
  }

  @Test func blocksThatOnlyTheSimulatorPlaysAreSkipped() {
    let scenario = "traffic: {arrivals: 2000/s}\nfaults: [{at: 1 s, nonsense: 3}]\nrun: {}\n"
    #expect(LinuxBlockTests.read(scenario + LinuxBlockTests.smallest).lines.isEmpty)
  }
}
