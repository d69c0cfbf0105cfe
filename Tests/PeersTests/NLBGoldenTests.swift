import Foundation
import TestSupport
import Testing

/// The life of a cluster as text: see `Golden/README.md`.
@Suite struct NLBGoldenTests {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/NLB")

  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }

  @Test(arguments: names)
  func eachTranscriptComesOutAsItStands(name: String) throws {
    let file = NLBGoldenTests.folder.appending(path: name + ".txt")
    let old = try String(contentsOf: file, encoding: .utf8)
    var runner = NLBTranscript()
    var transcript = Transcript(old)
    transcript.run { $0.flatMap { runner.follow($0) } }
    #expect(!transcript.text.contains("not a command"))
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try transcript.text.write(to: file, atomically: true, encoding: .utf8)
    } else if let difference = Transcript.difference(old, transcript.text) {
      Issue.record("\(name), \(difference)")
    }
  }

  @Test func thereAreTranscriptsAndAChangeOfOneIsSeen() {
    #expect(NLBGoldenTests.names.count >= 7)
    #expect(Transcript.difference("a\nb\n", "a\nb\n") == nil)
    #expect(Transcript.difference("a\nb\n", "a\nc\n")?.contains("line 2") == true)
    #expect(Transcript.difference("a\n", "a\nc\n") != nil)
  }
}
