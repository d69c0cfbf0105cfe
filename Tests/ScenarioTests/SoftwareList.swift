import Foundation
import TestSupport

/// A list of what a package consists of, as SPDX 2.3 writes it in JSON, and what is wrong with it by that standard.
struct SoftwareList {
  private let document: [String: Any]

  init(_ path: String) throws {
    document =
      try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
      ?? [:]
  }

  private func objects(_ key: String) -> [[String: Any]] { document[key] as? [[String: Any]] ?? [] }
  private func texts(_ key: String, of other: String) -> [String] {
    objects(other).compactMap { $0[key] as? String }
  }

  /// What is inside of the program, with its licence.
  var components: [String: String] {
    objects("packages").reduce(into: [:]) { found, package in
      guard (package["SPDXID"] as? String)?.hasPrefix("SPDXRef-component-") == true else { return }
      found[package["name"] as? String ?? ""] = package["licenseDeclared"] as? String
    }
  }

  /// - Parameter files: those that it should list, with their SHA1 and SHA256.
  func problems(_ files: [String: (sha1: String, sha256: String)]) -> [String] {
    formProblems + referenceProblems + fileProblems(files) + licenceProblems
  }

  private var formProblems: [String] {
    let rules: [(String, Regex<Substring>)] = [
      ("spdxVersion", /SPDX-2\.3/), ("dataLicense", /CC0-1\.0/), ("SPDXID", /SPDXRef-DOCUMENT/),
      ("name", /\S+/),
      ("documentNamespace", /urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}/),
    ]
    let creation = document["creationInfo"] as? [String: Any] ?? [:]
    let created = creation["created"] as? String ?? ""
    let creators = creation["creators"] as? [String] ?? []
    var problems: [String] = []
    for (key, form) in rules where (document[key] as? String ?? "").wholeMatch(of: form) == nil {
      problems.append("\(key) is wrong")
    }
    if created.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) == nil {
      problems.append("created is wrong")
    }
    if !creators.contains(where: { $0.hasPrefix("Tool: ") }) { problems.append("nobody has made it") }
    let required = [
      "SPDXID", "name", "versionInfo", "downloadLocation", "licenseConcluded", "licenseDeclared",
      "copyrightText",
    ]
    for package in objects("packages") {
      for key in required where (package[key] as? String ?? "").isEmpty {
        problems.append("a package has no \(key)")
      }
    }
    return problems
  }

  private var referenceProblems: [String] {
    let identifiers = ["SPDXRef-DOCUMENT"] + texts("SPDXID", of: "packages") + texts("SPDXID", of: "files")
    let reached = texts("relatedSpdxElement", of: "relationships")
    let described = document["documentDescribes"] as? [String] ?? []
    let named = texts("spdxElementId", of: "relationships") + reached + described
    let known = Set(identifiers)
    var problems: [String] = []
    if known.count < identifiers.count { problems.append("two elements have one identifier") }
    for identifier in identifiers where identifier.wholeMatch(of: /SPDXRef-[A-Za-z0-9.-]+/) == nil {
      problems.append("\(identifier) is no identifier")
    }
    for name in Set(named).subtracting(known).sorted() { problems.append("\(name) is named and not there") }
    for name in known.subtracting(reached).subtracting(["SPDXRef-DOCUMENT"]).sorted() {
      problems.append("nothing leads to \(name)")
    }
    return problems
  }

  private func fileProblems(_ files: [String: (sha1: String, sha256: String)]) -> [String] {
    let listed = objects("files").reduce(into: [String: [String: String]]()) { found, file in
      let sums = file["checksums"] as? [[String: String]] ?? []
      found[file["fileName"] as? String ?? ""] = sums.reduce(into: [:]) {
        $0[$1["algorithm"] ?? ""] = $1["checksumValue"]
      }
    }
    let own = objects("packages").first { $0["filesAnalyzed"] as? Bool == true } ?? [:]
    let code = (own["packageVerificationCode"] as? [String: String])?["packageVerificationCodeValue"] ?? ""
    var problems: [String] = []
    for (name, sums) in files where listed[name] != ["SHA1": sums.sha1, "SHA256": sums.sha256] {
      problems.append("\(name) is listed as \(listed[name] ?? [:])")
    }
    for name in Set(listed.keys).subtracting(files.keys) {
      problems.append("\(name) is listed and not there")
    }
    if code.wholeMatch(of: /[0-9a-f]{40}/) == nil { problems.append("there is no verification code") }
    return problems
  }

  /// Every licence by a name of the standard's list.
  private var licenceProblems: [String] {
    let names: Set<Substring> = ["Apache-2.0", "CC0-1.0", "MIT", "Swift-exception", "Unicode-3.0"]
    return components.filter {
      $0.value.split(separator: " ").contains { $0 != "WITH" && !names.contains($0) }
    }
    .map { "\($0.key) has the licence \($0.value)" }
  }
}
