import Engine

extension ReportPage {
  /// The picture of the group that was worst off, which the page begins with.
  func picture(_ page: inout MarkdownText) {
    guard let chart = charts.first else { return }
    page.image(chart.whole)
    var text = ""
    if !marks.marks.isEmpty {
      text =
        "Marks: "
        + marks.marks.prefix(ReportPage.mostMarks).map {
          "**\($0.number)** \(escaped($0.text)) at \(Readable.moment($0.at))"
        }
        .joined(separator: ", ")
      let rest = marks.marks.count - ReportPage.mostMarks
      text += rest > 0 ? ", and \(Readable.count(rest)) more in [faults.csv](faults.csv). " : ". "
    }
    page.paragraph(
      text
        + "Each row is a band of buckets, ordered by their owners; the lanes on top show every instant at which any "
        + "bucket was not served or had two owners, however few they were.")
  }

  private static let mostMarks = 8

  /// The close looks, and the pictures of the other groups.
  func closeUps(_ page: inout MarkdownText) {
    guard let first = charts.first, charts.ownership.count > 1 || !first.close.isEmpty else { return }
    page.heading(2, "Ownership over time")
    page.paragraph(
      "Who would accept a new client, read from the nodes’ kernel filters. Nothing is drawn thinner than it can be seen."
    )
    for group in charts.ownership {
      if charts.ownership.count > 1 { page.heading(3, "Group \(escaped(words.group(group.group)))") }
      if group.group != first.group { page.image(group.whole) }
      for close in group.close { page.image(close) }
    }
  }
}
