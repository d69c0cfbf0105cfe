import Engine

extension ReportPage {
  /// Load and outcome by stream, node, group and fault.
  func outcome(_ page: inout MarkdownText) {
    let told = answer.told
    let tables = OutcomeTables(told, atMost: ReportPage.mostRows).all()
    if tables.isEmpty { return }
    page.heading(2, "Who carried and lost how much")
    if trials.count > 1 { page.paragraph("Of trial \(told.result.trial), which the answer tells of.") }
    for table in tables {
      page.heading(3, table.title)
      page.table(
        table.head.map { escaped($0.prefix(1).uppercased() + $0.dropFirst()) }, alignment: table.alignment,
        table.rows.map { $0.map { escaped($0) } })
      if !table.notes.isEmpty { page.paragraph(table.notes.map { escaped($0) }.joined(separator: " ")) }
    }
    let meanings = meanings(Set(tables.flatMap(\.head)), told)
    if !meanings.isEmpty { page.paragraph(meanings.joined(separator: " ")) }
  }

  /// What the columns of the tables mean, a sentence each.
  private func meanings(_ heads: Set<String>, _ told: ToldTrial) -> [String] {
    var texts: [String] = []
    func have(_ beginnings: String...) -> Bool {
      heads.contains { head in beginnings.contains { head.hasPrefix($0) } }
    }
    if have("packets") {
      let parts =
        told.result.outcome.phases.count > 1
        ? ", before \(told.theFirst), from then until the farm had settled after the last, and after that"
        : ""
      let priority =
        told.havePriority ? ", and all of a group with a priority is due to the first node in service" : ""
      let weight =
        have("by weight", "due") ? "; *by weight* is what each node’s weight gave it of them\(priority)" : ""
      texts.append("Packets are shares of what the nodes accepted\(parts)\(weight).")
    }
    if have("lost with", "lost otherwise") {
      texts.append(
        "A connection counts as lost *with* its node if something kept the node from serving, or its clients did not reach "
          + "it, and as lost *otherwise* if not: cut by a drain, for example, or moved to a node that did not know it."
      )
    }
    if have(
      "lost with their node", "lost otherwise", "not served at once", "given up", "refused", "two answers"),
      heads.contains("what happened")
    {
      texts.append(
        "A loss is charged to what had struck its node, or disturbed its bucket, or else to what happened last before "
          + "the client’s trouble began.")
    }
    if have("not served at once", "lost on the way") {
      let chance = have("lost on the way") ? ", *lost on the way* those that chance alone lost" : ""
      texts.append("*Not served at once* counts first attempts that no node would have answered\(chance).")
    }
    return texts
  }

  private static var mostRows: Int { 64 }
}
