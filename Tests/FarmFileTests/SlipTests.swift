import Engine
import Testing

@testable import FarmFile

/// The commonest slips, each told in one line that says what to write instead.
struct SlipTests {
  /// A file without a mistake; each row replaces a part of it.
  static let good = """
    farm:
      nodes: 4
      virtual_ip: 192.0.2.1
      heartbeat: {interval: 100 ms, margin: 50 ms}
      rules:
        - {port: 80, name: web}
        - port: 90
      drain_deadline: 2 min
      id: 7

    """

  static func lines(_ old: String, _ new: String) -> [String] {
    let text = old.isEmpty ? new : good.replacing(old, with: new)
    #expect(text != good)
    let log = ProblemLog(file: "f")
    if let root = YAMLDocument(text: text, log: log)?.root {
      let keys = YAMLReader(root, name: "file", log: log).keys(of: FileSection.file)
      if let farm = keys?.required("farm", expected: "a 'farm:' block") {
        _ = FarmBlock(farm, networks: [(name: "lan", carriesService: true)])
      }
    }
    return log.problems.map(\.description)
  }

  @Test func theFileThatIsDamagedBelowIsGood() {
    #expect(SlipTests.lines("", SlipTests.good + "\n").isEmpty)
  }

  @Test(arguments: [
    // Blanks.
    ("  virtual_ip", "\tvirtual_ip", "f:3:1: a tab in the indentation; expected blanks"),
    ("    - {port", "\t- {port", "f:6:1: a tab in the indentation; expected blanks"),
    ("    - port", "    -\tport", "f:7:6: a tab in the indentation; expected blanks"),
    ("  virtual_ip", "\u{a0}\u{a0}virtual_ip", "f:3:1: a no-break space in the indentation; expected blanks"),
    // Colons.
    ("nodes: 4", "nodes:4", "f:2:9: no blank after the colon of 'nodes'; expected 'nodes: 4'"),
    (
      "ip: 192", "ip:192",
      "f:3:14: no blank after the colon of 'virtual_ip'; expected 'virtual_ip: 192.0.2.1'"
    ),
    ("{port: 80", "{port:80", "f:6:8: no blank after the colon of 'port'; expected 'port: 80'"),
    ("- port: 90", "- port:90", "f:7:7: no blank after the colon of 'port'; expected 'port: 90'"),
    ("nodes: 4", "nodes = 4", "f:2:8: '=' after 'nodes'; expected 'nodes: 4'"),
    ("farm:", "farm", "f:1:5: no colon after 'farm'; expected 'farm:'"),
    ("  rules:", "  rules", "f:5:8: no colon after 'rules'; expected 'rules:'"),
    ("nodes: 4", "nodes: a: b", "f:2:11: a second colon on one line; expected the whole value in quotes"),
    ("- port: 90", "-port: 90", "f:7:5: no blank after '-' in '-port'; expected '- port: ...'"),
    (
      "heartbeat: {", "heartbeat:{",
      "f:4:13: no blank after the colon of 'heartbeat'; expected 'heartbeat: {interval: 100 ms, margin: 50 ms}'"
    ),
    ("heartbeat: {", "heartbeat {", "f:4:12: no colon after 'heartbeat'; expected 'heartbeat: {...'"),
    ("interval: 100 ms", "interval 100 ms", "f:4:15: no colon after 'interval'; expected 'interval: 100 ms'"),
    // Lists.
    ("{port: 80", "{port: 80, 443", "f:6:14: values of 'port' without brackets; expected '[80, 443, ...]'"),
    (
      "{port: 80", "{port: [80 443]",
      "f:6:15: '80 443' is not a port; expected a port, a range such as 8000-8099, or a list of them"
    ),
    ("- port: 90", "- port: 90, 91", "f:7:13: '90, 91' is not a port; expected '[90, 91]' for a list"),
    (
      "192.0.2.1", "192.0.2.1, 192.0.2.2",
      "f:3:15: '192.0.2.1, 192.0.2.2' is not an address; expected '[192.0.2.1, 192.0.2.2]' for a list"
    ),
    ("nodes: 4", "nodes: a, b", "f:2:10: names of nodes without brackets; expected '[a, b]' for a list"),
    (
      "nodes: 4", "nodes: [a: 1, b: 2]",
      "f:2:11: a node with its weight in a list of names; expected braces around all, as {paris: 100, lyon: 50}"
    ),
    (
      "    - port", "  - port",
      "f:7:3: an entry of a list among keys; expected the indentation of the others of its kind"
    ),
    ("    - port: 90", "    -{port: 90}", "f:7:5: no blank after '-'; expected '- '"),
    (
      "name: web}", "name: web},",
      "f:6:28: a comma behind a value that has ended; expected none: each entry has a line of its own"
    ),
    // Indentation.
    (
      "  virtual_ip", "   virtual_ip",
      "f:3:4: 'virtual_ip' is indented deeper than 'nodes' on line 2, which has a value already; expected the same indentation"
    ),
    (
      "  virtual_ip", "virtual_ip",
      "f:4:3: 'heartbeat' is indented deeper than 'virtual_ip' on line 3, which has a value already; expected the same indentation"
    ),
    (
      "  virtual_ip", " virtual_ip",
      "f:3:2: 'virtual_ip' is indented by 1 blank, as no line above; expected 0 or 2"
    ),
    (
      "    - port", "   - port", "f:7:4: 'port' is indented by 3 blanks, as no line above; expected 0, 2 or 4"
    ),
    (
      "- port: 90\n", "- port: 90\n    name: dns\n",
      "f:8:5: 'name' stands below the '-' of line 7; expected 6 blanks, below 'port'"
    ),
    // Quotes.
    ("192.0.2.1", "\"192.0.2.1", "f:3:15: a quote that is never closed; expected \" at the end of the value"),
    ("name: web", "name: 'web", "f:6:24: a quote that is never closed; expected ' at the end of the value"),
    (
      "4\n  virtual_ip: 192.0.2.1", "\"4\n  virtual_ip: \"192.0.2.1\"",
      "f:2:10: a quote that is never closed; expected \" at the end of the value"
    ),
    (
      "name: web", "name: 'it's'",
      "f:6:28: text after the closing quote; expected all of the value between the quotes; a ' inside them is written twice"
    ),
    (
      "192.0.2.1", "\"192.0.2.1\" x",
      "f:3:27: text after the closing quote; expected all of the value between the quotes; a \" inside them is written twice"
    ),
    (
      "name: web", "name: \"C:\\web\"",
      "f:6:27: a backslash in double quotes begins no escape that YAML knows; expected single quotes, or '\\\\' for a backslash"
    ),
    (
      "192.0.2.1", "“192.0.2.1”",
      "f:3:15: '“192.0.2.1”' has the quotes of a word processor; expected \" or ', or none"
    ),
    // Brackets.
    ("name: web}", "name: web", "f:6:7: '{' is never closed; expected '}'"),
    ("name: web}", "name: web]", "f:6:27: ']' closes the '{'; expected '}'"),
    ("name: web}", "name: web}}", "f:6:28: '}' closes nothing"),
    (
      "80, name", "80 name",
      "f:6:21: two values without a comma between them; expected ',' or '}' before this"
    ),
    ("80, name", "80,, name", "f:6:17: nothing before the comma; expected a value"),
    (
      "192.0.2.1", "[::1, 192.0.2.1]",
      "f:3:16: a value that begins with ':'; expected it in quotes, such as \"2001:db8::1\""
    ),
    // First characters.
    ("192.0.2.1", "@home", "f:3:15: a value that begins with '@'; expected it in quotes"),
    ("192.0.2.1", "%home", "f:3:15: a value that begins with '%'; expected it in quotes"),
    ("nodes: 4", "nodes: *", "f:2:10: a value that begins with '*'; expected it in quotes"),
    // Documents.
    (
      "", SlipTests.good + "---\n" + SlipTests.good,
      "f:10:1: a second document begins; expected one document a file"
    ),
    ("", SlipTests.good + "---\n", "f:10:1: a second document begins; expected one document a file"),
    // Words of others.
    ("name: web", "identity: on_addr", "f:6:28: unknown identity 'on_addr'; did you mean 'address'?"),
    ("name: web", "identity: single", "f:6:28: unknown identity 'single'; did you mean 'address'?"),
    ("name: web", "identity: none", "f:6:28: unknown identity 'none'; did you mean 'address_port'?"),
    ("name: web", "identity: network", "f:6:28: unknown identity 'network'; did you mean 'network/24'?"),
    ("virtual_ip:", "vip:", "f:3:3: unknown key 'vip'; did you mean 'virtual_ip'?"),
    ("nodes:", "hosts:", "f:2:3: unknown key 'hosts'; did you mean 'nodes'?"),
    ("farm:", "Farm:", "f:1:1: unknown key 'Farm'; did you mean 'farm'?"),
    ("id: 7", "vrid: 7", "f:9:3: unknown key 'vrid'; did you mean 'id'?"),
    ("id: 7", "virtual_router_id: 7", "f:9:3: unknown key 'virtual_router_id'; did you mean 'id'?"),
    ("interval: 100 ms", "advert_int: 1 s", "f:4:15: unknown key 'advert_int'; did you mean 'interval'?"),
    (
      "interval: 100 ms", "heartbeat_intvl: 1 s",
      "f:4:15: unknown key 'heartbeat_intvl'; did you mean 'interval'?"
    ),
    ("nodes: 4", "nodes: {a: {power: 4}}", "f:2:15: unknown key 'power'; did you mean 'weight'?"),
    ("name: web", "affinity: single", "f:6:18: unknown key 'affinity'; did you mean 'identity'?"),
    // Words that belong elsewhere, ours and others'.
    (
      "id: 7", "advert_int: 1 s",
      "f:9:3: unknown key 'advert_int'; expected 'interval' in 'farm.heartbeat' or in 'farm.checkers'"
    ),
    ("id: 7", "power: 50", "f:9:3: unknown key 'power'; expected 'weight' in 'farm.nodes'"),
    ("id: 7", "affinity: single", "f:9:3: unknown key 'affinity'; expected 'identity' in 'farm.rules'"),
    ("id: 7", "filter: on_addr", "f:9:3: unknown key 'filter'; expected 'identity' in 'farm.rules'"),
    ("id: 7", "on_addr: 80", "f:9:3: unknown key 'on_addr'; expected 'identity: address' in 'farm.rules'"),
    (
      "id: 7", "priority: 100",
      "f:9:3: unknown key 'priority'; expected 'weight' in 'farm.nodes', or 'policy: priority' in 'farm.groups' for one node that serves all"
    ),
    ("id: 7", "misses: 7", "f:9:3: unknown key 'misses'; expected it in 'farm.heartbeat'"),
    ("id: 7", "gateway: 192.0.2.9", "f:9:3: unknown key 'gateway'; expected it in 'linux'"),
    (
      "name: web", "seed: 7",
      "f:6:18: unknown key 'seed'; expected name, protocol, port, virtual_ip, group or identity"
    ),
  ])
  func aSlipOfWritingIsOneLineWithWhatToWrite(old: String, new: String, line: String) {
    #expect(SlipTests.lines(old, new) == [line])
  }

  @Test(arguments: [
    ("2 min", "1,5 min", "f:8:19: '1,5 min' has a decimal comma; expected '1.5 min'"),
    ("100 ms", "1,5 s", "f:4:25: '1,5 s' has a decimal comma; expected '1.5 s'"),
    ("2 min", "1,500 s", "f:8:19: '1,500 s' has a comma; expected '1500 s', or '1.500 s' for a fraction"),
    ("2 min", "1'500 s", "f:8:19: '1'500 s' has signs between thousands; expected '1500 s'"),
    ("2 min", "1 500 s", "f:8:19: '1 500 s' has signs between thousands; expected '1500 s'"),
    ("2 min", "1.234,5 s", "f:8:19: '1.234,5 s' has a decimal comma; expected '1234.5 s'"),
    ("2 min", "1,234.5 s", "f:8:19: '1,234.5 s' has signs between thousands; expected '1234.5 s'"),
    ("2 min", "2 m", "f:8:19: '2 m' has the unit 'm'; expected '2 min' or '2 ms'"),
    ("2 min", "2 minutes", "f:8:19: '2 minutes' has the unit 'minutes'; expected '2 min'"),
    ("2 min", "2e3 sec", "f:8:19: '2e3 sec' has the unit 'sec'; expected '2000 s'"),
    ("2 min", "1_000 sec", "f:8:19: '1_000 sec' has the unit 'sec'; expected '1000 s'"),
    ("2 min", "120 sec", "f:8:19: '120 sec' has the unit 'sec'; expected '120 s'"),
    ("2 min", "1h30m", "f:8:19: '1h30m' lacks a unit, or has one that is not ours; expected '1 h 30 min'"),
    ("2 min", "1 h 30", "f:8:19: '1 h 30' lacks a unit, or has one that is not ours; expected '1 h 30 min'"),
    ("2 min", "2 days", "f:8:19: '2 days' has the unit 'days'; expected '48 h'"),
    ("2 min", "0:02", "f:8:19: '0:02' is a time of the clock; expected units, such as '1 min 30 s'"),
    ("2 min", "2 min,", "f:8:19: '2 min,' ends with ','; expected '2 min'"),
    ("2 min", "2 min#two", "f:8:19: '#' in '2 min#two' begins no comment; expected ' #' before a comment"),
    (
      "nodes: 4", "nodes: 4 // four",
      "f:2:10: '//' in '4 // four' begins no comment; expected ' #' before a comment"
    ),
    // Numbers that are well written, but too large.
    ("2 min", "1e30 s", "f:8:19: 'drain_deadline' is out of range: 1e30 s; expected 0 s to 168 h"),
    ("2 min", "1e400 s", "f:8:19: 'drain_deadline' is out of range: 1e400 s; expected 0 s to 168 h"),
    ("2 min", "1 h 1e30 s", "f:8:19: 'drain_deadline' is out of range: 1 h 1e30 s; expected 0 s to 168 h"),
    ("id: 7", "id: 1e400", "f:9:7: 'id' is out of range: 1e400; expected 0 to 4294967295"),
    (
      "id: 7", "id: 99999999999999999999",
      "f:9:7: 'id' is out of range: 99999999999999999999; expected 0 to 4294967295"
    ),
    (
      "id: 7", "id: 0xfffffffffffffffff",
      "f:9:7: 'id' is out of range: 0xfffffffffffffffff; expected 0 to 4294967295"
    ),
    ("id: 7", "id: 0x-5", "f:9:7: '0x-5' is not a whole number; expected a whole number, 0 to 4294967295"),
    (
      "port: 90", "port: 99999999999999999999",
      "f:7:13: 'port' is out of range: 99999999999999999999; expected 1 to 65535, the lower end first"
    ),
    // Times that are added.
    (
      "2 min", "5 min 3 h", "f:8:19: '5 min 3 h' has a longer unit behind a shorter one; expected '3 h 5 min'"
    ),
    ("2 min", "5 min 3 min", "f:8:19: '5 min 3 min' has the unit 'min' twice; expected each unit once"),
    (
      "2 min", "1.5 h 30 min",
      "f:8:19: '1.5 h 30 min' has a fraction before a smaller unit; expected a fraction in the last number alone"
    ),
    ("id: 7", "id: 20,000", "f:9:7: '20,000' has a comma; expected '20000'"),
    ("id: 7", "id: 20.000", "f:9:7: '20.000' has a point between thousands; expected '20000'"),
  ])
  func aNumberAsOthersWriteItIsOneLineWithOurs(old: String, new: String, line: String) {
    #expect(SlipTests.lines(old, new) == [line])
  }
}
