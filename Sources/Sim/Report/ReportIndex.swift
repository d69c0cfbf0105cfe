import FarmFile
import Foundation

/// The page of a set of reports: `index.md`, with a row for every report in the folders directly below.
///
/// It is made from the top of each `report.md`, so that reports that were written one by one are in it too.
public struct ReportIndex {
  /// What one report says at its top, as Markdown.
  struct Row: Hashable {
    var folder: String
    var title: String
    var question: String
    var answer: String
    /// Empty if the report has none.
    var verdict: String
  }

  public static let file = "index.md"

  private let directory: String
  private let rows: [Row]

  /// Reads the reports in the folders directly below this one, in order of their folders' names.
  public init(of directory: String) {
    self.directory = directory
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    rows = names.sorted().compactMap { name in
      let page = "\(directory)/\(name)/report.md"
      guard InputFile.isFileOrMissing(page), let text = try? String(contentsOfFile: page, encoding: .utf8)
      else { return nil }
      return Row(folder: name, page: text)
    }
  }

  /// Writes the page, all of it or nothing.
  /// - Throws: ``ReportError/notWritable(path:reason:)``.
  public func write() throws(ReportError) {
    let folder = try ReportFolder(directory)
    defer { folder.discard() }
    try folder.write(ReportIndex.file, markdown)
    try folder.publish([ReportIndex.file])
  }

  /// Whether it could be written there, for a check before anything is played.
  /// - Throws: ``ReportError/notWritable(path:reason:)``.
  public static func check(_ directory: String) throws(ReportError) {
    try ReportFolder.check(directory, files: [file])
  }

  /// The text of the page.
  public var markdown: String {
    var page = MarkdownText()
    page.heading(1, "Reports")
    page.table(
      ["Scenario", "Question", "Answer", "Verdict"], alignment: "llll",
      rows.map { row in
        let place = MarkdownText.address("\(row.folder)/report.md")
        return ["[\(row.title)](\(place))", row.question, row.answer, row.verdict]
      })
    return page.text
  }
}

extension ReportIndex.Row {
  /// - Returns: `nil` if the page is not a report.
  init?(folder: String, page: String) {
    let opening = page.split(separator: "\n").prefix { !$0.hasPrefix("## ") }
    guard let title = opening.first, title.hasPrefix("# ") else { return nil }
    func paragraph(_ name: String) -> String {
      let lead = "**\(name):"
      guard let line = opening.first(where: { $0.hasPrefix(lead) }) else { return "" }
      return String(line.dropFirst(lead.count).drop { $0 == "*" || $0 == " " })
    }
    self.folder = folder
    self.title = String(title.dropFirst(2))
    question = paragraph("Question")
    // A lab's page has two answers, and a line that says how well they agree.
    answer = ["Answer", "How well they agree"].map(paragraph).first { !$0.isEmpty } ?? ""
    // `**Verdict: passed** – 4 of 4 expectations hold.`
    verdict = paragraph("Verdict").replacing("**", with: "")
  }
}
