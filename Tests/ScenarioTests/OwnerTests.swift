import FarmFile
import Foundation
import TestSupport
import Testing

@Suite struct OwnerTests {
  private let folder: TemporaryFolder
  private let farm: String

  init() throws {
    folder = try TemporaryFolder()
    farm = try folder.write(SmallFarm.yaml(), as: "small.yaml")
  }

  private func owner(_ arguments: [String], input: String? = nil) throws -> Farmsim {
    try Farmsim.run(["owner", farm] + arguments, input: input.map { Data($0.utf8) })
  }

  /// The value of a line of the answer, as `node    node2`.
  private func value(_ key: String, _ run: Farmsim) -> String? {
    run.output.split(separator: "\n").first { $0.hasPrefix(key + " ") }
      .map { $0.dropFirst(key.count).trimmingCharacters(in: .whitespaces) }
  }

  @Test func saysRuleGroupBucketNodeAndWhatComesAfter() throws {
    let run = try owner(["198.51.100.7:40112", "--rule", "80"])
    #expect(run.status == 0)
    #expect(value("rule", run) == "tcp/80, by address and port")
    #expect(value("group", run) == "web (preference)")
    let node = try #require(value("node", run))
    #expect(["node1", "node2", "node3"].contains(node))
    #expect(try #require(value("then", run)).contains("when \(node) fails"))
  }

  @Test func whatComesAfterIsWhatServesOnceTheNodeIsDown() throws {
    for port in 40000..<40010 {
      let client = ["198.51.100.7:\(port)", "--rule", "80"]
      let before = try owner(client)
      let node = try #require(value("node", before))
      let after = try owner(client + ["--down", node])
      let next = try #require(value("node", after))
      #expect(next != node)
      #expect(try #require(value("then", before)).hasPrefix(next + " when"))
      #expect(value("bucket", after) == value("bucket", before))
    }
  }

  /// Names of rules are the file's own, as the name of the file is.
  @Test func namesDoNothingToATerminal() throws {
    let yaml = SmallFarm.yaml().replacing(
      "{protocol: tcp, port: 443,", with: #"{port: 443, name: "\e[2Jx\u202ey","#)
    let path = try folder.write(yaml, as: "small\u{1b}[1m\u{2066}.yaml")
    for words in [["owner", path, "198.51.100.7", "--rule", "443"], ["validate", path]] {
      let run = try Farmsim.run(words)
      #expect(run.status == 0, "\(run.errors)")
      #expect(run.output.unicodeScalars.allSatisfy { $0 == "\n" || PlainText.isPlain($0) })
    }
  }

  /// What Linux 6.18 answered for nftables' jhash over address and port, 256 buckets, seed 0xfa12.
  @Test(arguments: [
    ("203.248.230.69:26376", 1), ("172.198.114.137:36516", 64), ("100.21.85.115:27346", 128),
    ("172.155.178.42:16504", 183), ("172.133.187.233:11971", 249),
  ])
  func theBucketIsTheKernels(client: String, bucket: Int) throws {
    #expect(value("bucket", try owner([client, "--rule", "80"])) == "\(bucket) of 256")
  }

  @Test func noNodeUpIsSaid() throws {
    let run = try owner([
      "198.51.100.7", "--rule", "443", "--down", "node1", "--down", "node2", "--down", "node3",
    ])
    #expect(run.status == 0)
    #expect(try #require(value("node", run)).hasPrefix("none"))
  }

  @Test(arguments: [
    (["198.51.100.7:1"], "say which with --rule: tcp/80, tcp/443"),
    (["198.51.100.7:1", "--rule", "81"], "no rule covers it"),
    (["198.51.100.7:1", "--rule", "80", "--down", "nod2"], "did you mean 'node2'?"),
    (["198.51.100.7:1", "--rule", "80", "--down", "node1,node2"], "expected --down node1 --down node2"),
    (["198.51.100.7:1", "--rule", "80", "--down", "x"], "expected one of node1, node2, node3"),
    (["198.51.100.7", "--rule", "80"], "give ADDRESS:PORT"),
    (["198.51.100.300:1", "--rule", "80"], "is no client"),
    (["198.51.100.7:65536", "--rule", "80"], "is no client"),
    (["2001:db8::1]:80", "--rule", "80"], "is no client"),
  ])
  func aWrongQuestionIs64AndSaysWhy(arguments: [String], reason: String) throws {
    let run = try owner(arguments)
    #expect(run.status == 64)
    #expect(run.errors.contains(reason))
    #expect(run.output.isEmpty)
  }

  @Test func aListGivesWhatEachClientAloneGives() throws {
    let clients = ["198.51.100.7,40112", "203.0.113.9,1", "2001:db8::7,65535", "192.0.2.55,80"]
    let run = try owner(
      ["--from", "-", "--rule", "80"], input: "client,port\r\n" + clients.joined(separator: "\r\n"))
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "client,port,bucket,node")
    try #require(lines.count == clients.count + 1)
    for (client, line) in zip(clients, lines.dropFirst()) {
      let parts = client.split(separator: ",")
      let address = parts[0].contains(":") ? "[\(parts[0])]" : "\(parts[0])"
      let alone = try owner(["\(address):\(parts[1])", "--rule", "80"])
      let bucket = try #require(value("bucket", alone)).split(separator: " ")[0]
      #expect(line == "\(client),\(bucket),\(try #require(value("node", alone)))")
    }
  }

  @Test func badLinesAreNamedAndLeftOut() throws {
    let list =
      "client,port\n198.51.100.7,1\n198.51.100.7\n,5\nfoo,5\n198.51.100.7,70000\n198.51.100.8,\n1.2.3.4,9\n"
    let run = try owner(["--from", "-", "--rule", "80"], input: list)
    #expect(run.status == 65)
    #expect(run.errorLines.count == 5)
    for number in 3...7 { #expect(run.errors.contains("standard input:\(number): expected an address")) }
    #expect(run.errors.contains("saw 'foo,5'"))
    #expect(run.output.split(separator: "\n").count == 3)
  }

  /// One client in every form that logs and spreadsheets write it in; the answer has one form.
  @Test(arguments: [
    "client,port\n198.51.100.7,40112\n", "\u{feff}\"Client\";\"Port\"\r\n\"198.51.100.7\";\"40112\"\r\n",
    "client\tport\n198.51.100.7\t40112", "client\n198.51.100.7:40112\n", "198.51.100.7:40112\n",
    "198.51.100.7,40112\n", "\"198.51.100.7:40112\"\n", "client,port\n198.51.100.7 , 40112 \n",
  ])
  func aClientIsReadInEveryFormOfAList(list: String) throws {
    let run = try owner(["--from", "-", "--rule", "80"], input: list)
    #expect(run.errors.isEmpty)
    let bucket = try #require(value("bucket", try owner(["198.51.100.7:40112", "--rule", "80"])))
    #expect(
      run.output.hasPrefix("client,port,bucket,node\n198.51.100.7,40112,\(bucket.prefix { $0 != " " }),node"))
  }

  /// Blank lines, as editors and spreadsheets leave them, are nobody's mistake.
  @Test(arguments: [
    "\n\nclient,port\n\n198.51.100.7,40112\n\n", "client,port\r\n\r\n198.51.100.7,40112\r\n  \r\n\r\n",
    "client;port\n;\n198.51.100.7;40112\n ; \n", "\n198.51.100.7:40112  \n \t\n",
    "\u{feff}\r\nclient,port\r\n198.51.100.7,40112",
  ])
  func blankLinesAreSkipped(list: String) throws {
    let run = try owner(["--from", "-", "--rule", "80"], input: list)
    #expect(run.status == 0)
    #expect(run.errors.isEmpty)
    #expect(run.output.split(separator: "\n").count == 2)
    #expect(run.output.hasPrefix("client,port,bucket,node\n198.51.100.7,40112,"))
  }

  /// Bad lines keep their numbers.
  @Test func blankLinesCount() throws {
    let run = try owner(["--from", "-", "--rule", "80"], input: "client,port\n\n\nfoo,5\n")
    #expect(run.status == 65)
    #expect(run.errors.hasPrefix("standard input:4: "))
  }

  @Test func aFarmWithoutRulesIs65AndHasItsPlace() throws {
    let path = try folder.write("farm:\n  nodes: 3\n  virtual_ip: 192.0.2.1\n", as: "norules.yaml")
    let run = try Farmsim.run(["owner", path, "198.51.100.7:1"])
    #expect(run.status == 65)
    #expect(
      run.errors
        == "\(path):2:3: the farm has no rules, so no client is balanced; expected 'rules', such as [{port: 80}]\n"
    )
  }

  @Test func addressesWithoutPortsAndInBracketsAreRead() throws {
    let list = "client\n198.51.100.7\n[2001:db8::7]\n[2001:db8::7]:443\n2001:db8:0::7\n"
    let run = try owner(["--from", "-", "--rule", "443"], input: list)
    #expect(run.status == 0)
    let clients = run.output.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(
      clients.map { $0.prefix(2).joined(separator: ",") } == [
        "198.51.100.7,", "2001:db8::7,", "2001:db8::7,443", "2001:db8::7,",
      ])
  }

  @Test(arguments: ["", "\n \r\n", "address,port\n1.2.3.4,5\n", "host\n"])
  func aListWithoutItsHeaderIs65(list: String) throws {
    let run = try owner(["--from", "-", "--rule", "80"], input: list)
    #expect(run.status == 65)
    #expect(run.errors.contains("header 'client,port'"))
    #expect(run.output.isEmpty)
  }

  @Test func aListThatIsNotThereIs65() throws {
    for (path, reason) in [
      (folder.path + "/none.csv", "no such file"), (folder.path, "a folder, not a file"),
    ] {
      let run = try owner(["--from", path, "--rule", "80"])
      #expect(run.status == 65)
      #expect(run.errors == "\(path): \(reason)\n")
    }
  }

  /// Ten megabytes without a line feed, then a good line: cut, named, and the rest still answered.
  @Test func anEndlessLineCostsNoMoreThanItsName() throws {
    let list = "client,port\n" + String(repeating: "x", count: 10_000_000) + "\n1.2.3.4,9\n"
    let run = try owner(["--from", "-", "--rule", "80"], input: list)
    #expect(run.status == 65)
    #expect(run.errors.utf8.count < 300)
    #expect(run.output.hasPrefix("client,port,bucket,node\n1.2.3.4,9,"))
  }

  /// More than one read, so lines are cut at every place of a buffer.
  @Test func aLongListKeepsItsOrderAndItsLines() throws {
    let clients = (0..<60_000).map { "10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255),\($0)" }
    let run = try owner(
      ["--from", "-", "--rule", "443"], input: "client,port\n" + clients.joined(separator: "\n") + "\n")
    #expect(run.status == 0)
    let answered = run.output.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").prefix(2).joined(separator: ",")
    }
    #expect(answered == clients)
  }
}
