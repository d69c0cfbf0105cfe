import Engine
import Testing

@testable import FarmFile

struct CheckerTests {
  static func read(_ text: String) -> (farm: Farm?, lines: [String]) {
    let (block, lines) = FarmBlockTests.read("nodes: 2\nvirtual_ip: 192.0.2.1\n" + text)
    return (block?.farm, lines)
  }

  @Test func everyKeyChangesItsSetting() {
    let (block, lines) = FarmBlockTests.read(FarmBlockTests.everyKey)
    #expect(lines.isEmpty)
    let loopback = IPAddress(v4: 0x7f00_0001)
    let expected = [
      Checker(
        name: "port", probe: .tcp(loopback, port: 80),
        settings: CheckerSettings(
          kind: .tcp, interval: .seconds(2), timeout: .milliseconds(300), threshold: 4, recovery: 5,
          action: .stopStart)),
      Checker(
        name: "http [::1]:8080/health?deep=1",
        probe: .http(
          HTTPProbe(
            address: IPAddress(v6: 0, 1), port: 8080, path: "/health?deep=1", host: "shop.example",
            expected: [200...200, 300...399])), settings: CheckerSettings(kind: .http, action: .restart)),
      Checker(
        name: "ping 192.0.2.254", probe: .ping(IPAddress(v4: 0xc000_02fe)),
        settings: CheckerSettings(kind: .ping, action: .wait)),
      Checker(
        name: "interface eth0", probe: .interface("eth0"),
        settings: CheckerSettings(kind: .interface, action: .stop)),
      Checker(
        name: "process nginx", probe: .process("nginx"),
        settings: CheckerSettings(kind: .process, action: .restart)),
      Checker(
        name: "command /usr/local/bin/check --fast",
        probe: .command(ShellCommand(words: ["/usr/local/bin/check", "--fast"])),
        settings: CheckerSettings(kind: .command, action: .wait)),
    ]
    #expect(block?.farm.checkers == expected)
    #expect(
      block?.farm.application
        == ApplicationSettings(
          start: ShellCommand(line: "systemctl start nginx"),
          stop: ShellCommand(words: ["/bin/systemctl", "stop", "nginx"]),
          restart: ShellCommand(line: "systemctl restart nginx"), startTime: .seconds(4),
          timeout: .seconds(30),
          maximumActions: 7, loopInterval: .seconds(3600)))
  }

  @Test func byDefaultWhatCanBeRestartedIsAndTheRestIsWaitedFor() {
    let without = CheckerTests.read("checkers: [{tcp: 80}, {ping: 192.0.2.9}]")
    #expect(without.lines.isEmpty)
    #expect(without.farm?.checkers.map(\.settings.action) == [.wait, .wait])
    #expect(without.farm?.checkers[0].settings == CheckerSettings(kind: .tcp))
    let with = CheckerTests.read("checkers: [{tcp: 80}, {ping: 192.0.2.9}]\napplication: {restart: x}")
    #expect(with.farm?.checkers.map(\.settings.action) == [.restart, .wait])
    #expect(CheckerTests.read("").farm?.checkers == [])
  }

  @Test func checkersAreNoPartOfTheDigestThatNodesCompare() {
    let with = CheckerTests.read("checkers: [{tcp: 80}]\napplication: {restart: x}").farm
    #expect(with?.settings.digest == CheckerTests.read("").farm?.settings.digest)
  }

  @Test func addressesURLsAndStatusesAreReadAsOperatorsWriteThem() {
    let farm = CheckerTests.read(
      """
      checkers:
        - {tcp: "192.0.2.1:81"}
        - {tcp: "[2001:db8::1]:82"}
        - {tcp: "localhost:83"}
        - {http: "http://localhost"}
        - {http: "http://192.0.2.1?x", expect: 204}
      """
    ).farm
    #expect(
      farm?.checkers.map(\.name) == [
        "tcp 192.0.2.1:81", "tcp [2001:db8::1]:82", "tcp 83", "http 127.0.0.1:80/", "http 192.0.2.1:80/?x",
      ])
    if case .http(let probe)? = farm?.checkers[3].probe {
      #expect(probe.host == "localhost")
      #expect(probe.expected == [200...299])
    }
  }

  @Test func allThatIsWrongComesOutAtOnceWithItsPlace() {
    let lines = CheckerTests.read(
      """
      checkers:
        - {tpc: 80}
        - {tcp: 70000, interval: 1}
        - {tcp: 80, http: "http://127.0.0.1/"}
        - {http: "https://127.0.0.1/", threshold: 0}
        - {http: "http://example.org/"}
        - {http: "http://127.0.0.1/", expect: [200, 99]}
        - {ping: gateway}
        - {interface: "a/b"}
        - {tcp: 80, action: restrt}
        - {tcp: 81, action: restart}
        - {tcp: 82, action: stop_start, expect: 200}
        - {command: ""}
        - {command: [check]}
        - {interval: 1 s}
        - {tcp: 90, name: a}
        - {tcp: 91, name: a}
      application: {strt: x, maxloop: -1, loop_interval: 0 s}
      """
    ).lines
    let expected = [
      "f:4:6: unknown key 'tpc'; did you mean 'tcp'?",
      "f:5:11: 'tcp' is out of range: 70000; expected 1 to 65535",
      "f:5:28: '1' has no unit; expected a time, such as '100 ms' (ns, us, ms, s, min, h)",
      "f:6:5: tcp and http at once; expected one of tcp, http, ping, interface, process or command",
      "f:7:12: 'https' is not spoken here; expected 'http', or a 'command' such as curl",
      "f:7:45: 'threshold' is out of range: 0; expected 1 to 1000",
      "f:8:12: 'example.org' is not an address; expected an address or localhost, and a port if it is not 80",
      "f:9:47: '99' is not a status; expected a status, 100 to 599, or a range such as 200-399",
      "f:10:12: 'gateway' is not an address; expected an address, such as 192.0.2.100 or 2001:db8::100",
      "f:11:17: 'a/b' is no such name; expected the name of a network interface, such as eth0",
      "f:12:23: unknown action 'restrt'; did you mean 'restart'?",
      "f:13:23: 'restart' of an application without commands; expected 'restart', or 'start' and 'stop', in 'application'",
      "f:14:23: 'stop_start' of an application without commands; expected 'start' and 'stop' in 'application'",
      "f:14:43: 'expect' is for 'http' alone",
      "f:15:15: 'command' is empty; expected a command line, or a list of a program's absolute path and its arguments",
      "f:16:15: 'check' is no absolute path; expected a command line, or a list of a program's absolute path and its arguments",
      "f:17:5: 'checkers' does not say what it is; expected one of tcp, http, ping, interface, process or command",
      "f:19:5: checker 'a' is listed twice",
      "f:20:15: unknown key 'strt'; did you mean 'start'?",
      "f:20:33: 'maxloop' is out of range: -1; expected 0 to 1000",
      "f:20:52: 'loop_interval' is out of range: 0 s; expected 1 s to 720 h",
    ]
    for (line, wanted) in zip(lines, expected) { #expect(line == wanted) }
    #expect(lines.count == expected.count)
  }
}
