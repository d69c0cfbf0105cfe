import Foundation
import TestSupport
import Testing

private let toolsAreThere = ["dpkg-shlibdeps", "lintian"].allSatisfy {
  FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0)
}

/// `make deb` and the archive of `make farmd`, with the programs of the tests for those that are released.
///
/// How a package lives on a machine is in `PackageLifeTests` of the daemon.
@Suite(.serialized, .enabled(if: toolsAreThere, "needs dpkg-dev and lintian"))
struct PackageTests {
  /// Packages of a version, made once for all tests.
  private struct Made {
    let folder: URL
    let farmd: String
    let farmsim: String
  }
  /// They stay where builds are: nothing takes away a temporary folder that all tests share.
  private static let made = Result { () throws -> Made in
    let folder = BuiltProgram.root.appendingPathComponent(".build/packages-of-tests")
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let paths = try packages(["VERSION": "1.0"], in: folder.path)
    return Made(folder: folder, farmd: paths[0], farmsim: paths[1])
  }

  /// Calls `scripts/deb.sh`. - Returns: the paths that it prints.
  private static func packages(_ environment: [String: String], in folder: String, of names: [String] = [])
    throws
    -> [String]
  {
    let usual = [
      "FARMD": BuiltProgram.farmd.path, "FARMSIM": BuiltProgram.farmsim.path,
      // These programs ask for the libraries of Swift, which no package has; and what is squeezed less is made faster.
      "SHLIBDEPS": "--ignore-missing-info", "DPKG_DEB": "-Zgzip -z1",
    ]
    let run = try Farmsim.run(
      ["scripts/deb.sh", folder] + names, environment: usual.merging(environment) { $1 }, program: "bash")
    try #require(run.status == 0, "\(run.errors)")
    return run.output.split(separator: "\n").map(String.init)
  }

  private static func shell(_ command: String, _ words: String...) throws -> String {
    let run = try Farmsim.run(["-euc", command, "sh"] + words, program: "sh")
    try #require(run.status == 0, "\(run.errors)")
    return run.output
  }

  /// What is in a folder: the path of each file with its SHA1 and SHA256.
  private static func files(in folder: String, but own: String) throws -> [String: (
    sha1: String, sha256: String
  )] {
    let said = try shell(
      "cd \"$1\" && find . -type f | while read -r f; do echo \"$f $(sha1sum <\"$f\") $(sha256sum <\"$f\")\"; done",
      folder)
    return said.split(separator: "\n").reduce(into: [:]) { files, line in
      let words = line.split(separator: " ").map(String.init)
      if !words[0].hasSuffix(own) { files[words[0]] = (words[1], words[3]) }
    }
  }

  @Test func lintianFindsNoError() throws {
    let made = try Self.made.get()
    // lintian leaves files behind.
    let temporary = try TemporaryFolder()
    let lintian = try withExtendedLifetime(temporary) {
      try Farmsim.run(
        ["--allow-root", made.farmd, made.farmsim], environment: ["TMPDIR": temporary.path],
        program: "lintian")
    }
    // The programs of the tests look for the libraries of Swift where the toolchain has them.
    let errors = lintian.output.split(separator: "\n").filter {
      $0.hasPrefix("E:") && !$0.contains(/custom-library-search-path RUNPATH \S+\/lib\/swift\/linux\s/)
    }
    #expect(errors == [], "\(lintian.errors)")
  }

  @Test func theySayWhatTheyAreAndNeed() throws {
    let made = try Self.made.get()
    for (path, name, libraries) in [
      (made.farmd, "farmd", ["libc6", "libnftables1", "libnftnl11", "libnetfilter-conntrack3", "libmnl0"]),
      (made.farmsim, "farmsim", ["libc6", "libgsl", "libnftables1"]),
    ] {
      let fields = try Self.shell("dpkg-deb --field \"$1\"", path)
      #expect(fields.contains("Package: \(name)\n") && fields.contains("Version: 1.0\n"))
      #expect(fields.contains(/(?m)^Maintainer: .+ <\S+@\S+>$/))
      let needs = try #require(fields.firstMatch(of: /(?m)^Depends: (.*)$/)?.1)
      for library in libraries { #expect(needs.contains(library), "\(name) needs \(needs)") }
    }
  }

  @Test func theyHoldThisAndNothingElse() throws {
    let made = try Self.made.get()
    let lines = try Self.shell("dpkg-deb --fsys-tarfile \"$1\" | tar -tv --exclude=*/", made.farmd)
      .split(separator: "\n")
    #expect(lines.allSatisfy { $0.contains(" root/root ") && !$0.contains(/^-...(.w|....w)/) })
    #expect(
      lines.filter { !$0.hasPrefix("d") }.compactMap { $0.split(separator: " ").last }.sorted() == [
        "./usr/bin/farmd", "./usr/lib/systemd/system/farmd-clear.service",
        "./usr/lib/systemd/system/farmd.service",
        "./usr/share/doc/farmd/changelog.gz", "./usr/share/doc/farmd/copyright",
        "./usr/share/doc/farmd/farmd.spdx.json", "./usr/share/lintian/overrides/farmd",
        "./usr/share/man/man8/farmd.8.gz",
      ])
    #expect(lines.contains { $0.hasSuffix(" ./etc/farmd/") })
    let unit = try Self.shell(
      "dpkg-deb --fsys-tarfile \"$1\" | tar -xO ./usr/lib/systemd/system/farmd.service", made.farmd)
    #expect(unit.contains("\nExecStart=/usr/bin/farmd --config"))
  }

  /// Each command has its part, as its `--help` has it.
  @Test func theManualIsWhatTheHelpSays() throws {
    let page = try Self.shell(
      "dpkg-deb --fsys-tarfile \"$1\" | tar -xO ./usr/share/man/man8/farmd.8.gz | gzip -d",
      try Self.made.get().farmd)
    #expect(page.hasPrefix(".TH FARMD 8 ") && page.contains(".SH NAME\nfarmd \\- "))
    let help = try Farmsim.run([BuiltProgram.farmd.path, "--help"], program: "env").output
    let commands = help.components(separatedBy: "SUBCOMMANDS:\n").last ?? ""
    let names = commands.matches(of: /(?m)^  ([a-z][a-z-]*)\s/).map { $0.1.uppercased() }
    #expect(names.count > 8)
    for name in names { #expect(page.contains("\n.SH FARMD \(name)\n"), "\(name)") }
  }

  @Test func theSameSourcesGiveTheSamePackage() throws {
    let folder = try TemporaryFolder()
    let first = try Self.packages([:], in: folder.path + "/1", of: ["farmd"])
    let second = try Self.packages([:], in: folder.path + "/2", of: ["farmd"])
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: first[0]))
        == Data(contentsOf: URL(fileURLWithPath: second[0])))
    // Before the release whose number it has, or after it.
    let name = URL(fileURLWithPath: first[0]).lastPathComponent
    #expect(name.contains(/^farmd_\d+\.\d+\.\d+(?:[~+]\d+\.g[0-9a-f]+)?_\w+\.deb$/), "\(name)")
  }

  @Test func theListOfAPackageIsRightAndWhole() throws {
    let made = try Self.made.get()
    for (path, name) in [(made.farmd, "farmd"), (made.farmsim, "farmsim")] {
      let folder = made.folder.path + "/" + name
      _ = try Self.shell("mkdir \"$2\" && dpkg-deb --extract \"$1\" \"$2\"", path, folder)
      let list = try SoftwareList(folder + "/usr/share/doc/\(name)/\(name).spdx.json")
      #expect(try list.problems(Self.files(in: folder, but: ".spdx.json")) == [])
    }
  }

  @Test func theListOfTheArchiveIsRightAndWhole() throws {
    let folder = try TemporaryFolder()
    let make = try Farmsim.run(
      [
        "farmd-archive", "FARMD=\(BuiltProgram.farmd.path)", "FARMD_FILES=\(folder.path)/files",
        "ARCHIVE=\(folder.path)/farmd.tar.gz",
      ], program: "make")
    try #require(make.status == 0, "\(make.errors)")
    let root = folder.path + "/root"
    _ = try Self.shell("mkdir \"$1\" && tar -C \"$1\" -xzf \"$2\"", root, folder.path + "/farmd.tar.gz")
    let documents = root + "/usr/local/share/doc/farmd"
    let list = try SoftwareList(documents + "/farmd.spdx.json")
    #expect(try list.problems(Self.files(in: root, but: ".spdx.json")) == [])
    #expect(
      Set(list.components.keys).isSuperset(of: [
        "Yams", "libyaml", "swift-nio", "swift-crypto", "BoringSSL", "ICU",
      ]))
    // Every licence is named where people look for it, with the words that must go with the program.
    let copyright = try String(contentsOfFile: documents + "/copyright", encoding: .utf8)
    for (name, licence) in list.components {
      #expect(copyright.contains(try Regex("(?m)^  \(name) .*, \(licence)$")), "\(name)")
    }
    #expect(copyright.contains("Permission is hereby granted") && copyright.contains("The SwiftNIO Project"))
  }

  /// A package that comes to be linked, without anybody having said how it is licensed.
  @Test func whatNobodyKnowsOfIsAnError() throws {
    let folder = try TemporaryFolder()
    _ = try Self.shell(
      """
      mkdir "$2/scripts" "$2/packaging"
      cp "$1/scripts/components.sh" "$2/scripts"
      cp "$1/Package.resolved" "$2"
      grep -v '^swift-log ' "$1/packaging/components.txt" >"$2/packaging/components.txt"
      """, BuiltProgram.root.path, folder.path)
    let run = try Farmsim.run(
      [folder.path + "/scripts/components.sh", BuiltProgram.farmd.path], program: "bash")
    #expect(run.status == 70)
    let (program, list) = (BuiltProgram.farmd.path, "packaging/components.txt")
    #expect(run.errorLines == ["error: swift-log is inside of \(program), and not in \(list)"])
  }
}
