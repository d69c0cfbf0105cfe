import Foundation
import TestSupport
import Testing

/// The life of a node as text: see `Golden/README.md`.
@Suite struct GoldenTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  /// Transcripts in which the protocol itself allows two owners: a farm that is cut in two serves both halves, rule 4
  /// is about two claimants, and a clone that was cut off serves as well. In all others a double fails the test,
  /// whatever the text says.
  static let mayDouble = ["rule4", "rule4-lower-id", "alone-availability", "clone-joining"]

  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }

  @Test(arguments: names)
  func eachTranscriptComesOutAsItStands(name: String) throws {
    let file = GoldenTests.folder.appending(path: name + ".txt")
    let old = try String(contentsOf: file, encoding: .utf8)
    var transcript = Transcript(old)
    let violations = transcript.run(mayDouble: GoldenTests.mayDouble.contains(name))
    #expect(violations.isEmpty, "\(name): \(violations.joined(separator: "; "))")
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try transcript.text.write(to: file, atomically: true, encoding: .utf8)
    } else if let difference = Transcript.difference(old, transcript.text) {
      Issue.record("\(name), \(difference)")
    }
  }

  /// The order to read them in.
  @Test func everyTranscriptIsListedOnceInTheReadme() throws {
    let page = try String(contentsOf: GoldenTests.folder.appending(path: "README.md"), encoding: .utf8)
    let listed = page.matches(of: /\]\(([a-z0-9-]+)\.txt\)/).map { String($0.1) }
    #expect(listed.sorted() == GoldenTests.names)
  }

  @Test func thereAreTranscriptsAndAChangeOfOneIsSeen() {
    #expect(GoldenTests.names.count >= 25)
    #expect(Transcript.difference("a\nb\n", "a\nb\n") == nil)
    #expect(Transcript.difference("a\nb\n", "a\nc\n")?.contains("line 2") == true)
    #expect(Transcript.difference("a\n", "a\nc\n") != nil)
  }
}
