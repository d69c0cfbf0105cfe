import Engine
import Testing

@testable import Sim

/// A story is told by what was done, who took over and what surprised, and never by daemons that start.
@Suite struct StorySelectionTests {
  func entry(_ ms: Int, _ kind: TimelineEntry.Kind, _ text: String) -> TimelineEntry {
    TimelineEntry(at: .zero + .milliseconds(ms), node: NodeID(0), kind: kind, text: text)
  }

  func selection(_ story: [TimelineEntry], formed: Int? = 1000, rebalances: [Rebalance] = [])
    -> StorySelection
  {
    StorySelection(
      story, formed: formed.map { .zero + .milliseconds($0) }, rebalances: rebalances)
  }

  /// 64 nodes start with hundreds of lines, and then one crashes.
  @Test func theStartIsOneLineAndTheCrashIsThere() {
    var story = (0..<400).map { entry($0 * 2, $0 % 2 == 0 ? .life : .ownership, "boot \($0)") }
    story += [
      entry(20_000, .fault, "node7 loses power"), entry(20_500, .loss, "node1 is the first to miss node7"),
      entry(20_501, .ownership, "node1 takes over"), entry(40_000, .fault, "node7 is started again"),
    ]
    let shown = selection(story)
    #expect(
      shown.entries.map(\.text) == [
        "the farm has formed: every bucket has an owner", "node7 loses power",
        "node1 is the first to miss node7", "node1 takes over", "node7 is started again",
      ])
    #expect(shown.omitted == 400 && shown.omittedFaults == 0)
  }

  @Test func whatSurprisesAtTheStartIsTold() {
    let shown = selection([
      entry(1, .life, "listening"), entry(2, .alarm, "its commit failed"), entry(3000, .view, "later"),
    ])
    #expect(
      shown.entries.map(\.text) == [
        "its commit failed", "the farm has formed: every bucket has an owner", "later",
      ])
  }

  /// A farm that never formed has no line that says so, and its story is not skipped.
  @Test func withoutAFarmTheStartIsTheStory() {
    let shown = selection([entry(1, .life, "listening"), entry(2, .view, "joins")], formed: nil)
    #expect(shown.entries.map(\.text) == ["listening", "joins"] && shown.omitted == 0)
  }

  /// A fault that comes first is not hidden in the line of the start.
  @Test func aFaultBeforeTheFarmFormedIsTold() {
    let shown = selection([entry(1, .life, "listening"), entry(500, .fault, "node1 loses power")])
    #expect(shown.entries.map(\.text) == ["listening", "node1 loses power"])
  }

  /// Of 52 faults with their ends those with the longest rebalances are shown, with what followed each.
  @Test func ofManyFaultsTheLongestAreTold() {
    var story: [TimelineEntry] = []
    var rebalances: [Rebalance] = []
    for fault in 0..<104 {
      story.append(entry(20_000 + fault * 1000, .fault, "fault \(fault)"))
      story.append(entry(20_001 + fault * 1000, .loss, "after \(fault)"))
      for node in 0..<63 { story.append(entry(20_002 + fault * 1000, .ownership, "\(node) after \(fault)")) }
      rebalances.append(
        Rebalance(
          fault: fault / 2, isEnd: fault % 2 == 1, at: .zero + .milliseconds(20_000 + fault * 1000),
          total: .milliseconds(fault >= 80 && fault < 100 ? 900 : 10)))
    }
    let shown = selection(story, rebalances: rebalances)
    #expect(shown.entries.filter { $0.kind == .fault }.map(\.text) == (80..<90).map { "fault \($0)" })
    #expect(shown.entries.filter { $0.kind == .loss }.map(\.text) == (80..<90).map { "after \($0)" })
    #expect(shown.omittedFaults == 94 && shown.faults == 104)
    #expect(shown.entries.count == StorySelection.most + 1 && shown.omitted == story.count - 40)
    #expect(shown.entries.count { $0.text.contains(" after 85") } == 2)
    #expect(shown.entries.map(\.at) == shown.entries.map(\.at).sorted())
  }

  /// Of faults that are alike none has a step that the others have not.
  @Test func whatHasNoRoomAfterOneFaultIsShownAfterNone() {
    var story: [TimelineEntry] = []
    for fault in 0..<9 {
      story.append(entry(20_000 + fault * 1000, .fault, "fault \(fault)"))
      for step in 1...5 { story.append(entry(20_000 + fault * 1000 + step, .life, "step after \(fault)")) }
    }
    // Nine faults leave room for 31 lines: three steps of each.
    let shown = selection(story)
    #expect(shown.entries.count == 1 + 9 + 27 && shown.omittedLater == 18)
    for fault in 0..<9 {
      #expect(shown.entries.count { $0.text == "step after \(fault)" } == 3)
    }
  }

  /// Sixty survivors that take over at once are six lines.
  @Test func linesOfAKindAreFew() {
    let story =
      [entry(20_000, .fault, "crash")] + (0..<60).map { entry(20_500, .ownership, "takes over \($0)") }
    #expect(selection(story).entries.count == 1 + 1 + 6)
  }
}
