import Engine
import FarmFile
import Foundation
import LinuxBackend
import Logging
import Synchronization
import TestSupport
import Testing

/// The log is one plain line an event, and never waits.
@Suite(.inTime)
struct EventLogTests {
  static let farm = Farm(
    nodes: ["alpha", "beta", "gamma"], virtualIPs: [IPAddress(v4: 1)], groups: ["web"], networks: ["lan"],
    settings: Settings(nodeCount: 3))

  @Test(arguments: [
    (Notice.claimed(GroupID(0), count: 64, .takeOver), "<5>alpha takes over 64 buckets of web"),
    (.removed(NodeID(2)), "<4>gamma is removed: nobody has heard it in time"),
    (.status(.fenced, from: .up), "<4>alpha is fenced"), (.leaseLost, "<3>alpha has lost its lease"),
    (
      .view(
        members: NodeSet(first: 3), serving: NodeSet(first: 2), digest: Digest(rawValue: 0xabc),
        epoch: Epoch(7)),
      "<5>the view is alpha, beta and gamma, of which gamma gets no bucket"
    ),
    (.refused(.lastNodeUp), "<4>alpha refuses: it is the last node that is up"),
  ])
  func aLineForTheJournalHasItsLevelInFrontAndViewAndEpochBehind(notice: Notice, expected: String) throws {
    let file = try LogFile()
    file.log(.journal).note(notice, view: Digest(rawValue: 0xabc), epoch: Epoch(7), at: .zero)
    #expect(file.lines() == [expected + " [epoch 7, view 0000000000000abc]"])
  }

  @Test func aLineForPeopleHasTimeAndLevel() throws {
    let file = try LogFile()
    let logger = file.log(.people).logger
    logger.notice("all is well\nreally", metadata: ["b": "2", "a": "1"])
    let line = try #require(file.lines().first)
    #expect(
      line.contains(#/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ notice   all is well really \[a 1, b 2\]$/#))
  }

  /// The counts have all of them.
  @Test func whatIsSaidAtEveryTickIsWrittenEveryTenSecondsWithItsNumber() throws {
    let file = try LogFile()
    let log = file.log(.journal)
    for tick in 0...150 {
      log.note(
        .leaseLost, view: Digest(), epoch: Epoch(1), at: Instant(nanoseconds: UInt64(tick) * 100_000_000))
    }
    let lines = file.lines().map { String($0.prefix { $0 != "[" }) }
    #expect(lines == ["<3>alpha has lost its lease ", "<3>alpha has lost its lease (100 times) "])
    #expect(log.counts.first { $0.name == "lease_lost" }?.count == 151)
    #expect(log.counts.first { $0.name == "view" }?.count == 0)
  }

  @Test func aLogThatNobodyReadsDelaysNobodyAndSaysLaterWhatWasLost() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    let writer = LogWriter(descriptor: ends[1])
    let line = String(repeating: "x", count: 999)
    let start = MonotonicClock.now
    for _ in 0..<5000 { writer.write(line) }
    writer.flush(milliseconds: 50)
    #expect(MonotonicClock.now - start < .seconds(2))
    // Now somebody reads: the lines that were kept, and how many were lost.
    let end = ends[0]
    let reader = Thread {
      var piece = [UInt8](repeating: 0, count: 65_536)
      var text: [UInt8] = []
      while case let count = read(end, &piece, piece.count), count > 0 { text += piece[..<count] }
      Self.readBytes.withLock { $0 = text }
    }
    reader.start()
    writer.flush(milliseconds: 5000)
    writer.write("last")
    writer.flush(milliseconds: 5000)
    close(ends[1])
    while !reader.isFinished { usleep(1000) }
    let lines = String(decoding: Self.readBytes.withLock { $0 }, as: UTF8.self).split(separator: "\n")
    #expect(lines.last == "last")
    let lost = lines.compactMap {
      $0.firstMatch(of: #/^(\d+) lines of the log were lost/#).flatMap { Int($0.1) }
    }
    #expect(lost.reduce(0, +) + lines.count { $0.hasPrefix("xxx") } == 5000)
    #expect(lost.reduce(0, +) > 3000)
  }

  private static let readBytes = Mutex<[UInt8]>([])
}

/// A file that a log is written to, read by the test.
private final class LogFile {
  private let path: String
  private let writer: LogWriter
  private let descriptor: Int32

  init() throws {
    path = NSTemporaryDirectory() + "farmd-log-\(UInt32.random(in: .min ... .max))"
    descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600)
    try #require(descriptor >= 0)
    writer = LogWriter(descriptor: descriptor)
  }

  deinit {
    close(descriptor)
    unlink(path)
  }

  func log(_ form: LineLogHandler.Form) -> EventLog {
    let writer = writer
    let logger = Logger(label: "test") { _ in LineLogHandler(form: form, writer: writer) }
    return EventLog(logger: logger, farm: EventLogTests.farm, node: NodeID(0))
  }

  func lines() -> [String] {
    writer.flush()
    let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(separator: "\n").map(String.init)
  }
}
