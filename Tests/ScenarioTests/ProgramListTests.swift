import Foundation
import TestSupport
import Testing

/// What is called from outside is in `scripts/programs.txt`, and what is there is called.
@Suite struct ProgramListTests {
  /// A program that is called somewhere.
  private struct Call: Hashable, CustomStringConvertible {
    var program: String
    var file: String
    var description: String { "\(program) (in \(file))" }
  }

  private static let files: [String] =
    ["Sources", "Tests", "scripts", "Benchmarks", "packaging", "docs", ".ci"].flatMap { folder in
      let root = BuiltProgram.root.appendingPathComponent(folder)
      let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
      return names.filter { !$0.contains(".build") && !$0.contains(".venv") }.map { folder + "/" + $0 }
    } + ["Makefile", "README.md"]

  private static func text(_ file: String) -> String {
    (try? String(contentsOf: BuiltProgram.root.appendingPathComponent(file), encoding: .utf8)) ?? ""
  }

  private static func calls(in files: [String], _ programs: (String) -> [String]) -> Set<Call> {
    Set(files.flatMap { file in programs(text(file)).map { Call(program: $0, file: file) } })
  }

  /// This file and its like name programs that are called by nobody.
  private static let swift = files.filter {
    $0.hasSuffix(".swift") && !$0.hasSuffix("/ProgramListTests.swift")
  }
  private static let product = calls(in: swift.filter { $0.hasPrefix("Sources/") }, ofSwift)
  /// Farm files name programs, and reading one starts none.
  private static let tests = calls(
    in: swift.filter { $0.hasPrefix("Tests/") && !$0.hasPrefix("Tests/FarmFileTests/") }, ofSwift
  )
  .union(
    calls(in: files.filter { $0.hasPrefix("Tests/") && $0.hasSuffix(".sh") }, ShellWords.programs))
  /// What packages call where they are installed.
  private static let packages = calls(
    in: files.filter { $0.contains(/^packaging\/deb\/\w+\.(?:postinst|prerm|postrm)$/) }, ShellWords.programs)
  private static let benchmarks = calls(in: swift.filter { $0.hasPrefix("Benchmarks/") }, ofSwift)
    .union(
      calls(in: files.filter { $0.hasPrefix("Benchmarks/") && $0.hasSuffix(".sh") }, ShellWords.programs))
  private static let fresh = calls(in: ["scripts/fresh.sh"], ShellWords.programs)
  private static let scripts = calls(
    in: [".ci/run"]
      + files.filter { $0.hasPrefix("scripts/") && $0.hasSuffix(".sh") && $0 != "scripts/fresh.sh" },
    ShellWords.programs
  )
  .union(calls(in: ["Makefile"], ofMakefile)).union(calls(in: ["packaging/farmd.service"], ofUnit))
  private static let people = calls(in: files.filter { $0.hasSuffix(".md") }, ofDocument)

  /// Names in calls that start a program, paths of the system's programs, and shell that is written out.
  private static func ofSwift(_ text: String) -> [String] {
    let named = text.matches(of: /Program\.(?:run|path|spawn)\(\s*(?:of: )?"([^"\\\/]+)"/).map {
      String($0.1)
    }
    let asked = text.matches(of: /program: "([a-z][^"\\\/]*)"/).map { String($0.1) }
    let placed = text.matches(of: /"\/(?:usr\/)?s?bin\/([A-Za-z0-9_.+-]+)["\s]/).map { String($0.1) }
    let shell = text.matches(
      of: /(?:shell|shellHere|popen|machine\.run|self\.run)\(\s*("""(?s:.*?)"""|"(?:[^"\\\n]|\\.)*")/
    ).flatMap {
      ShellWords.programs(in: plain(String($0.1)))
    }
    return named + asked + placed + shell
  }

  /// A literal's text, with `$x` for what is put in when it runs.
  private static func plain(_ literal: String) -> String {
    let quote = literal.hasPrefix("\"\"\"") ? 3 : 1
    var text = ""
    var rest = literal.dropFirst(quote).dropLast(quote)
    while let next = rest.popFirst() {
      guard next == "\\", let escaped = rest.popFirst() else {
        text.append(next)
        continue
      }
      guard escaped == "(" else {
        text.append(escaped == "n" ? "\n" : escaped)
        continue
      }
      text += "$x"
      var depth = 1
      while depth > 0, let inside = rest.popFirst() { depth += inside == "(" ? 1 : inside == ")" ? -1 : 0 }
    }
    return text
  }

  private static func ofMakefile(_ text: String) -> [String] {
    let recipes = text.replacing("\\\n", with: " ").split(separator: "\n").filter { $0.hasPrefix("\t") }
      .map { $0.drop { "\t@-+".contains($0) } }
    let shell = recipes.joined(separator: "\n").replacing("$(MAKE)", with: "make").replacing("$$", with: "$")
      .replacing(/\$\([A-Z][^)]*\)/, with: "$x")
    return ShellWords.programs(in: shell)
  }

  private static func ofUnit(_ text: String) -> [String] {
    ShellWords.programs(
      in: text.matches(of: /(?m)^Exec\w+=(.*)$/).map { String($0.1) }.joined(separator: "\n"))
  }

  /// What a reader is told to type: lines with a prompt.
  private static func ofDocument(_ text: String) -> [String] {
    text.matches(of: /```console\n((?s:.*?))```/).flatMap { block in
      block.1.split(separator: "\n").filter { $0.hasPrefix("$ ") || $0.hasPrefix("# ") }
        .flatMap { ShellWords.programs(in: String($0.dropFirst(2))) }
    }
  }

  /// - Parameter purposes: of entries that may be called there.
  private func unlisted(_ calls: Set<Call>, _ purposes: Set<String>) -> [String] {
    let names = ProgramList.here.names(for: purposes).union(["farmsim", "farmd"])
    return calls.filter { !names.contains($0.program) }.map(\.description).sorted()
  }

  // MARK: The two ways round

  @Test func whatIsCalledIsListedForThoseWhoCallIt() {
    #expect(unlisted(Self.product, ["always", "product"]) == [])
    #expect(unlisted(Self.scripts, ["always", "swift", "build", "product", "packages", "benchmarks"]) == [])
    #expect(unlisted(Self.packages, ["always", "people"]) == [])
    #expect(unlisted(Self.tests, ["always", "build", "product", "tests"]) == [])
    #expect(unlisted(Self.benchmarks, ["always", "swift", "build", "product", "benchmarks"]) == [])
    #expect(unlisted(Self.fresh, ["always", "swift", "build", "fresh"]) == [])
    #expect(unlisted(Self.people, Set(ProgramList.here.entries.map(\.purpose))) == [])
  }

  @Test func whatIsListedIsCalled() {
    let called = [
      Self.product, Self.tests, Self.benchmarks, Self.fresh, Self.scripts, Self.packages, Self.people,
    ]
    .reduce(Set<String>()) { $0.union($1.map(\.program)) }
    let programs = ProgramList.here.entries.flatMap(\.names).filter {
      !$0.hasSuffix(".pc") && !$0.hasSuffix(".py") && !$0.hasPrefix("/")
    }
    // By a path that is put together, and by a function that is given its words.
    #expect(programs.filter { !called.contains($0) }.sorted() == ["gnuplot", "iptables"])
  }

  @Test func theLibrariesThatAreLinkedAreListed() {
    let linked = Self.text("Package.swift").matches(of: /pkgConfig: "([^"]+)"/).map { "\($0.1).pc" }
    let packages = Self.text("Package.swift").matches(of: /\.apt\(\[([^\]]*)\]\)/)
      .flatMap { $0.1.matches(of: /"([^"]+)"/).map { String($0.1) } }
    let build = ProgramList.here.entries.filter { $0.purpose == "build" }
    #expect(
      !linked.isEmpty && linked.allSatisfy { name in build.contains { $0.names.contains(String(name)) } })
    #expect(!packages.isEmpty && packages.allSatisfy { name in build.contains { $0.package == name } })
  }

  /// Whoever starts programs in another way must be taught to the searches above.
  @Test func programsAreStartedByTheseAlone() {
    let doors = Self.swift.filter {
      Self.text($0).contains(/posix_spawn\(|execv[pe]*\(|popen\(|executableURL\s*=|[=(]\s*system\(/)
    }
    #expect(
      doors.sorted() == [
        "Sources/LinuxBackend/Probes/ProcessStart.swift",  // for Program and checkers
        "Sources/Sim/Report/Gnuplot.swift",
        "Tests/LinuxBackendTests/CheckerTests.swift",  // copies of sleep
        "Tests/LinuxBackendTests/Control/Farmd.swift",
        "Tests/LinuxBackendTests/Filter/Sandbox.swift",  // popen, with its words written out
        "Tests/LinuxBackendTests/Segment/TestNamespace.swift",  // refuses what is not listed
        "Tests/PeersTests/Support/Tshark.swift",
        "Tests/ScenarioTests/Farmsim.swift",
      ])
    #expect(ProgramList.here.names(for: ["product"]).contains("gnuplot"))
  }

  // MARK: How shell is read

  @Test(arguments: [
    ("ip link show | grep -c up; ping -c 1 x && nft list ruleset", ["ip", "grep", "ping", "nft"]),
    ("a=$(date) b=1 env -u X Y=1 sudo timeout -s KILL 5 curl x", ["date", "env", "sudo", "timeout", "curl"]),
    ("bash -c 'tcpdump -i eth0' 2>&1 >/dev/null", ["bash", "tcpdump"]),
    ("nft -f - <<'END'\n table inet x { }\nEND\nsleep 1", ["nft", "sleep"]),
    ("case $x in a | b) one ;; *) two \"$(three)\" ;; esac; four", ["one", "two", "three", "four"]),
    ("f() { inner; }; f; while read -r x; do y \"$x\"; done < <(z)", ["inner", "y", "z"]),
    ("if ! [ -x /usr/sbin/q ]; then /usr/sbin/q; scripts/own.sh; \"$p\" w; fi # not this", ["q"]),
    (
      "trap 'rm -rf x' EXIT; echo \"now $(uname -r)\" | setpriv --pdeathsig KILL xargs -n 1 wc",
      [
        "rm", "uname", "setpriv", "xargs", "wc",
      ]
    ),
  ])
  func programsOfAShellTextAreFound(_ text: String, _ programs: [String]) {
    #expect(ShellWords.programs(in: text) == programs)
  }
}
