import Engine
import FarmFile
import Foundation
import TestSupport
import Testing

@testable import LinuxBackend

/// What a machine may lack, each seen in practice by namespaces and mounts of the test's own.
@Suite(.serialized, .needsNamespaces)
struct PreflightMachineTests {
  /// Runs `farmd preflight` on a node, for the machine alone.
  /// - Parameters:
  ///   - around: a command before it, in a mount namespace of its own; `$1` stands for the folder of the files.
  ///   - prefix: the program that starts it.
  /// - Returns: its output, and its exit code in the last line.
  static func preflight(
    _ segment: Segment, _ files: PreflightTests.Files, around: String = "true", by prefix: String = "",
    _ options: String = "--connections 1000"
  ) throws -> [String] {
    let folder = files.folder.path
    try Data(files.text.utf8).write(to: files.folder.appendingPathComponent("farm.yaml"))
    let command =
      "\(prefix) \(BuiltProgram.farmd.path) preflight --config \(folder)/farm.yaml --node node1 --wait 0s \(options)"
    let output = try segment.nodes[0].shell(
      "unshare -m sh -c 'set -e; \(around); set +e; \(command); echo code $?' sh \(folder)")
    return output.split(separator: "\n").map(String.init)
  }

  static func bad(_ lines: [String]) -> [String] {
    lines.filter { !$0.hasPrefix("ok ") && !$0.hasPrefix("code") && !$0.hasPrefix("node1 is ") }
  }
  static let alone = "not checked  segment: "

  @Test(
    arguments: [
      // No connection tracking.
      (
        "mount -t tmpfs none /proc/sys/net/netfilter", "",
        [
          "fails        connection tracking: nf_conntrack is not loaded; to fix: modprobe nf_conntrack, and name it in /etc/modules-load.d",
          "not checked  room for connections: nf_conntrack is not loaded",
          "not checked  tcp_loose: nf_conntrack is not loaded",
          "not checked  tcp_be_liberal: nf_conntrack is not loaded",
        ], 1
      ),
      // A table for 900 connections.
      (
        "echo 900 > $1/max; mount --bind $1/max /proc/sys/net/netfilter/nf_conntrack_max", "",
        [
          "fails        room for connections: 900 of 900 entries are free, and a node that is alone tracks all 1000 connections; to fix: sysctl -w net.netfilter.nf_conntrack_max=1250"
        ], 1
      ),
      // As in most containers.
      (
        "mount -o bind,ro /proc/sys /proc/sys", "",
        [
          "fails        tcp_loose: nf_conntrack_tcp_loose is 1 and cannot be written here; to fix: sysctl -w net.netfilter.nf_conntrack_tcp_loose=0 from outside the container",
          "fails        tcp_be_liberal: nf_conntrack_tcp_be_liberal is 0 and cannot be written here; to fix: sysctl -w net.netfilter.nf_conntrack_tcp_be_liberal=1 from outside the container",
        ], 1
      ),
      (
        "true", "setpriv --bounding-set -sys_admin",
        KernelFeature.all.map {
          "not checked  kernel: \($0.name): no private network namespace: Operation not permitted"
        } + ["not checked  the farm's filter: no private network namespace: Operation not permitted"], 0
      ),
      (
        "true", "setpriv --bounding-set -net_raw",
        ["Error: nothing can be checked: it needs root, or CAP_NET_RAW"], 69
      ),
      (
        "true", "setpriv --reuid 65534 --clear-groups",
        ["Error: nothing can be checked: it needs root, or CAP_NET_ADMIN and CAP_NET_RAW"], 69
      ),
    ] as [(String, String, [String], Int)])
  func whatIsMissingIsNamed(_ around: String, _ prefix: String, _ expected: [String], _ code: Int) throws {
    let segment = try Segment(nodes: 1)
    let files = try PreflightTests.Files()
    // Other users may read everything, so that the rights alone decide.
    try segment.nodes[0].shell("chmod 755 \(files.folder.path)")
    let lines = try Self.preflight(segment, files, around: around, by: prefix)
    #expect(Self.bad(lines).filter { !$0.hasPrefix(Self.alone) } == expected)
    #expect(lines.last == "code \(code)")
  }

  @Test func settingsThatAreMadeAlreadyAreGood() throws {
    let segment = try Segment(nodes: 1)
    let files = try PreflightTests.Files()
    try segment.nodes[0].shell(
      "cd /proc/sys/net/netfilter; echo 0 > nf_conntrack_tcp_loose; echo 1 > nf_conntrack_tcp_be_liberal")
    // Then it does not matter that they cannot be written.
    let lines = try Self.preflight(segment, files, around: "mount -o bind,ro /proc/sys /proc/sys")
    #expect(lines.dropLast().last == "node1 is ready as far as was checked: 1 was not made")
    #expect(Self.bad(lines).count == 1 && lines.last == "code 0", "\(lines)")
    #expect(lines.contains("ok           tcp_loose: 0 already"))
    #expect(lines.contains("ok           tcp_be_liberal: 1 already"))
    #expect(lines.contains("ok           the farm's filter: made, opened, closed and removed"))
  }

  /// Each checker of the file is tried once; one that hangs takes no longer than its time-out.
  @Test func checkersAreTriedOnce() throws {
    let segment = try Segment(nodes: 1)
    let files = try PreflightTests.Files()
    let text = """
      checkers:
          - {tcp: "127.0.0.1:8080"}
          - {http: "http://127.0.0.1:8081/", timeout: 200 ms}
          - {interface: eth0}
          - {interface: eth7}
          - {ping: 10.77.0.200}
          - {command: ["/bin/sh", "-c", "echo x >> \(files.folder.path)/tries; exit 3"]}
          - {command: ["/bin/sleep", "60"], timeout: 300 ms, interval: 1 s}
      """
    func checks(_ more: String = "") throws -> [PreflightCheck] {
      let whole = files.text.replacing(
        "virtual_ip: 10.77.0.100", with: "virtual_ip: 10.77.0.100\n  \(text)\(more)")
      let farm = try DaemonFile.read(text: whole, file: "f").get().farm
      return try segment.nodes[0].run { CheckerTrial(farm).checks() }
    }
    // A server that takes connections and sends nothing.
    let silent = try segment.nodes[0].run {
      let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      _ = IPAddress(parsing: "127.0.0.1")!.withSocketAddress(port: 8081) { bind(file, $0, $1) }
      listen(file, 5)
      return file
    }
    defer { close(silent) }
    let start = Date()
    let found = try checks()
    #expect(Date().timeIntervalSince(start) < 3)
    let names = found.map(\.name)
    #expect(names.first == "checker tcp 8080" && names.last == "checker command /bin/sleep 60", "\(names)")
    let details = found.map { check -> String in
      switch check.finding {
      case .ok(let text), .fails(let text, _), .notChecked(let text), .unanswered(let text): text
      }
    }
    #expect(details[0] == "connection refused" && details[1] == "no answer in time", "\(details)")
    #expect(details[2] == "succeeds" && details[4] == "succeeds", "\(details)")
    #expect(details[5] == "exit code 3" && details[6] == "no answer in time", "\(details)")
    #expect(found.map(\.hasFailed) == [true, true, false, true, false, true, true])
    #expect(try segment.nodes[0].shell("wc -l < \(files.folder.path)/tries") == "1\n")
    // If farmd starts the application, a failure now says nothing yet.
    let later = try checks("\n  application: {start: \"true\"}")
    #expect(later.allSatisfy { !$0.hasFailed })
    guard
      case .notChecked("fails now (exit code 3); farmd starts the application before it looks") = later[5]
        .finding
    else {
      Issue.record("\(later)")
      return
    }
  }

  /// This kernel has all features that the filter needs, so the check asks for one that no kernel has.
  @Test func aFeatureThatTheKernelLacksIsNamed() throws {
    let files = try PreflightTests.Files()
    let preflight = HostPreflight(try files.setup(0), connections: 1)
    let missing = KernelFeature(
      "address translation at the ingress", "CONFIG_NO_SUCH",
      KernelFeature.chain("netdev", "nat hook ingress device \"lo\" priority -500;", "accept"))
    let checks = preflight.features([missing] + KernelFeature.all)
    guard
      case .fails(let reason, "use a kernel with CONFIG_NO_SUCH, or load the module of it") = checks[0]
        .finding
    else {
      Issue.record("\(checks[0])")
      return
    }
    #expect(reason.hasPrefix("nftables: ") && !reason.contains("\n"), "\(reason)")
    #expect(checks.dropFirst().allSatisfy { $0.finding == .ok("a table with them was made") })
  }

  static func findings(_ segment: Segment, _ setup: DriverSetup) throws -> [String: PreflightCheck.Finding] {
    let checks = try segment.nodes[0].run { HostPreflight(setup, connections: 1).checks() }
    return Dictionary(uniqueKeysWithValues: checks.map { ($0.name, $0.finding) })
  }

  @Test func anInterfaceThatIsNoEthernetIsNamed() throws {
    let segment = try Segment(nodes: 1)
    let files = try PreflightTests.Files()
    try segment.nodes[0].shell("ip addr del 10.77.0.1/24 dev eth0; ip addr add 10.77.0.1/24 dev lo")
    let found = try Self.findings(segment, try files.setup(0, ["linux.interfaces.lan=lo"]))
    #expect(
      found["interface lo (lan)"] == .fails("it cannot broadcast", fix: "linux.delivery: unicast"))
    guard
      case .fails("the driver does not keep 5a:fe:0a:4d:00:64 in its filter", _)? = found["extra MAC on lo"]
    else {
      Issue.record("\(found)")
      return
    }
    let without = try Self.findings(
      segment,
      try files.setup(
        0, ["linux.interfaces.lan=lo", "linux.shared_address=none", "linux.delivery=unicast"]))
    #expect(without["extra MAC on lo"] == .notChecked("shared_address is none"))
    #expect(without["virtual IPs are free"] == .notChecked("shared_address is none"))
    guard case .ok? = without["interface lo (lan)"] else {
      Issue.record("\(without)")
      return
    }
  }

  @Test func anAddressThatAnotherMachineHasIsNamed() throws {
    let segment = try Segment(nodes: 2)
    let files = try PreflightTests.Files()
    let overrides =
      (1...3).map { "linux.addresses.node\($0).lan=fd00:77::7\($0)" } + ["farm.virtual_ip=fd00:77::100"]
    try segment.nodes[1].shell("ip addr add fd00:77::71/64 dev eth0 nodad")
    try segment.nodes[0].shell(
      "echo 1 > /proc/sys/net/ipv6/conf/eth0/accept_dad; ip addr add fd00:77::71/64 dev eth0; sleep 1.5")
    let found = try Self.findings(segment, try files.setup(0, overrides))
    guard
      case .fails("fd00:77::71 is not usable yet, or another machine has it", _)? = found[
        "interface eth0 (lan)"]
    else {
      Issue.record("\(found)")
      return
    }
    #expect(found["virtual IPs are free"] == .ok("fd00:77::100: nobody but the farm answers"))
    let mac = try ForeignTests.mac(of: segment.nodes[1])
    guard case .fails(let words, _)? = found["own addresses"] else {
      Issue.record("\(found)")
      return
    }
    #expect(
      words.hasPrefix("two machines use the address fd00:77::71: this one, and one with MAC \(mac) on eth0"))
    #expect(found["reverse path on eth0"] == .notChecked("the kernel has it for IPv4 alone"))
  }

  /// The check agrees with the kernel: the client's datagram is dropped where the check says so, and nowhere else.
  @Test func aStrictReversePathIsNamed() throws {
    let segment = try Segment(nodes: 1)
    let files = try PreflightTests.Files()
    let name = "reverse path on eth0"
    func look() throws -> PreflightCheck.Finding? { try Self.findings(segment, try files.setup(0))[name] }
    /// Whether a datagram from beyond the segment reaches a socket of the node.
    func isHeard() throws -> Bool {
      let address = IPAddress(parsing: "10.77.0.1")!
      let server = try segment.nodes[0].run { try Datagrams.server(address) }
      defer { close(server) }
      try segment.client.shell("ip addr add 198.51.100.7/32 dev lo || true")
      try segment.client.run {
        let client = Datagrams.socket(address)
        _ = IPAddress(parsing: "198.51.100.7")!.withSocketAddress(port: 4000) { bind(client, $0, $1) }
        _ = address.withSocketAddress(port: Datagrams.port) { sendto(client, "?", 1, 0, $0, $1) }
        close(client)
      }
      var waiting = pollfd(fd: server, events: Int16(POLLIN), revents: 0)
      return poll(&waiting, 1, 300) == 1
    }
    try segment.nodes[0].shell("echo 0 | tee /proc/sys/net/ipv4/conf/*/rp_filter")
    #expect(try look() == .ok("not strict"))
    try segment.nodes[0].shell(
      """
      echo 1 > /proc/sys/net/ipv4/conf/eth0/rp_filter
      ip link add away0 type veth peer name away1; ip link set away1 up; ip addr add 192.0.2.1/24 dev away0; ip link set away0 up
      ip route add default via 192.0.2.254
      """)
    #expect(
      try look()
        == .fails(
          "it is strict, and the default route is by away0: clients beyond the segment go unheard",
          fix: "sysctl -w net.ipv4.conf.eth0.rp_filter=2, or a default route by eth0"))
    #expect(try !isHeard())
    try segment.nodes[0].shell("echo 2 > /proc/sys/net/ipv4/conf/eth0/rp_filter")
    #expect(try look() == .ok("not strict"))
    #expect(try isHeard())
    try segment.nodes[0].shell(
      "echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/eth0/rp_filter")
    #expect(try !isHeard())
    try segment.nodes[0].shell("ip route replace default via 10.77.0.254")
    #expect(try look() == .ok("strict, and answers to clients go out there"))
    #expect(try isHeard())
  }

  @Test func aWitnessThatIsSilentIsNamed() throws {
    let segment = try Segment(nodes: 1)
    let files = try PreflightTests.Files()
    let setup = try files.setup(0, ["farm.alone=witness", "linux.gateway=10.77.0.200"])
    #expect(try Self.findings(segment, setup)["witness 10.77.0.200"] == .ok("answers an echo request"))
    try segment.client.shell("echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all")
    guard case .fails(let reason, _)? = try Self.findings(segment, setup)["witness 10.77.0.200"] else {
      Issue.record("a silent witness is good")
      return
    }
    #expect(reason.hasPrefix("no answer to an echo request: "), "\(reason)")
    // Without a witness there is nothing to check.
    #expect(try Self.findings(segment, try files.setup(0)).keys.allSatisfy { !$0.hasPrefix("witness") })
  }
}
