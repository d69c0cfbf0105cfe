import Foundation
import Testing

@testable import Sim

/// A set of reports has a page with the question, the answer and the verdict of each.
@Suite struct ReportIndexTests {
  @Test func everyReportBelowTheFolderIsARow() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("index-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let pages = [
      "b":
        "# b\n\n**Question:** What if?\n\n**Answer:** 5 \\| 6.\n\n**Verdict: failed** – 1 of 2 hold.\n\n## Rest\n",
      "a b": "# lab, for real\n\n**Answer:** It did.\n\n## Both sides\n\n**Verdict:** of the rule.\n",
      "none": "no report\n",
    ]
    for (name, text) in pages {
      let place = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      try text.write(to: place.appendingPathComponent("report.md"), atomically: true, encoding: .utf8)
    }
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("empty"), withIntermediateDirectories: true)
    try ReportIndex(of: folder.path).write()
    #expect(
      try String(contentsOf: folder.appendingPathComponent("index.md"), encoding: .utf8) == """
        # Reports

        | Scenario | Question | Answer | Verdict |
        | --- | --- | --- | --- |
        | [lab, for real](a%20b/report.md) |  | It did. |  |
        | [b](b/report.md) | What if? | 5 \\| 6. | failed – 1 of 2 hold. |

        """)
    #expect(throws: ReportError.self) { try ReportIndex(of: "/proc/none").write() }
  }
}
