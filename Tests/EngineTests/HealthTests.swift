import Engine
import Testing

/// A ``Health`` with a clock of its own, and an application whose answers the test decides.
struct HealthBench {
  var health: Health
  var now = Instant.zero + .seconds(100)
  /// How a probe of a checker ends, and after how long; `nil` if it never ends.
  var answers: [(result: ProbeResult, after: Duration)?]
  /// How long a command takes; `nil` if it never ends.
  var commandTakes: Duration? = .zero
  private(set) var log: [(at: Instant, action: HealthAction)] = []
  private var wakeAt = Instant.never
  private var coming: [(at: Instant, input: HealthInput)] = []
  private var actions: [HealthAction] = []

  init(_ settings: HealthSettings) {
    health = Health(settings)
    answers = settings.checkers.map { _ in (.ok, .zero) }
  }

  mutating func give(_ input: HealthInput) {
    health.step(input, at: now, into: &actions)
    for action in actions {
      log.append((now, action))
      switch action {
      case .probe(let probe, _):
        if let answer = answers[probe.checker.index] {
          coming.append((now + answer.after, .probed(probe, answer.result)))
        }
      case .endProbe(let probe):
        coming.removeAll { if case .probed(probe, _) = $0.input { true } else { false } }
      case .perform(let command, _):
        if let takes = commandTakes { coming.append((now + takes, .performed(command, succeeded: true))) }
      case .wake(let at): wakeAt = at
      case .endCommand, .report, .notice: break
      }
    }
    actions.removeAll()
  }

  mutating func run(for length: Duration) {
    let end = now + length
    while true {
      let next = coming.indices.min { coming[$0].at < coming[$1].at }
      let at = min(next.map { coming[$0].at } ?? .never, wakeAt)
      if at > end { break }
      now = max(now, at)
      if let next, coming[next].at <= wakeAt {
        give(coming.remove(at: next).input)
      } else {
        wakeAt = .never
        give(.timer)
      }
    }
    now = end
  }

  var notices: [HealthNotice] {
    log.compactMap { if case .notice(let notice) = $0.action { notice } else { nil } }
  }
  var commands: [ApplicationCommand] {
    log.compactMap { if case .perform(let id, _) = $0.action { id.command } else { nil } }
  }
  var reports: [Bool] {
    log.compactMap { if case .report(let isHealthy) = $0.action { isHealthy } else { nil } }
  }
  func firstReport(_ isHealthy: Bool, after at: Instant) -> Instant? {
    log.first { $0.at >= at && $0.action == .report(isHealthy: isHealthy) }?.at
  }
  mutating func forget() { log.removeAll() }
}

@Suite struct HealthTests {
  static let all: ApplicationCommands = [.start, .stop, .restart]

  static func http(_ action: CheckerAction, threshold: Int = 3) -> CheckerSettings {
    CheckerSettings(
      kind: .http, interval: .seconds(1), timeout: .milliseconds(500), threshold: threshold, recovery: 2,
      action: action)
  }

  static func bench(_ checkers: CheckerSettings..., maximum: Int = 3) -> HealthBench {
    HealthBench(
      HealthSettings(
        checkers: checkers, commands: all, startTime: .seconds(2), commandTimeout: .seconds(10),
        maximumActions: maximum, loopInterval: .seconds(600)))
  }

  @Test func aNodeServesOnceEveryCheckerHasSucceededAndAtOnceAfterAnUpgrade() {
    var bench = HealthTests.bench(HealthTests.http(.wait), HealthTests.http(.wait))
    bench.answers[1] = (.ok, .milliseconds(300))
    bench.give(.start(isServing: false))
    #expect(bench.reports == [false])
    bench.run(for: .milliseconds(299))
    #expect(bench.reports == [false])
    bench.run(for: .milliseconds(1))
    #expect(bench.reports == [false, true])

    bench.forget()
    bench.answers = [nil, (.ok, .zero)]
    bench.give(.start(isServing: true))
    bench.run(for: .milliseconds(2400))
    #expect(bench.reports == [true])
    bench.run(for: .milliseconds(100))
    #expect(bench.reports == [true, false], "three probes that time out, the last at 2.5 s")
  }

  @Test func withoutCheckersANodeIsHealthyAndNothingIsEverDue() {
    var bench = HealthBench(HealthSettings())
    bench.give(.start(isServing: false))
    #expect(bench.log.map(\.action) == [.report(isHealthy: true)])
  }

  /// Every interval, time-out and threshold, hung or crashed at every phase. The node is never later than promised, and
  /// the worst hang takes all of the promised time.
  @Test(arguments: [(1000, 500, 3), (1000, 500, 1), (200, 1000, 2), (1000, 1000, 4), (100, 30, 10)])
  func anApplicationThatStopsAnsweringIsOutWithinThePromisedTime(
    interval: Int, timeout: Int, threshold: Int
  ) {
    let checker = CheckerSettings(
      kind: .http, interval: .milliseconds(interval), timeout: .milliseconds(timeout), threshold: threshold,
      action: .wait)
    var worst = Duration.zero
    for phase in 0..<40 {
      for isHung in [true, false] {
        var bench = HealthBench(HealthSettings(checkers: [checker]))
        bench.give(.start(isServing: false))
        bench.run(for: .milliseconds(10 * interval) + .nanoseconds(phase * interval * 25_000))
        bench.answers[0] = isHung ? nil : (.failed, .milliseconds(1))
        let hungAt = bench.now
        bench.run(for: .seconds(30))
        guard let out = bench.firstReport(false, after: hungAt) else {
          Issue.record("never out")
          continue
        }
        #expect(out - hungAt <= checker.noticesWithin)
        if isHung { worst = max(worst, out - hungAt) }
      }
    }
    #expect(worst == checker.noticesWithin)
  }

  @Test func theBoundIsTheDocumentedFormula() {
    func bound(_ interval: Int, _ timeout: Int, _ threshold: Int) -> Duration {
      CheckerSettings(
        kind: .http, interval: .milliseconds(interval), timeout: .milliseconds(timeout), threshold: threshold
      ).noticesWithin
    }
    #expect(bound(1000, 500, 3) == .milliseconds(1000 + 2 * 1000 + 500))
    #expect(bound(200, 1000, 2) == .milliseconds(200 + 1000 + 1000))
    #expect(bound(1000, 1000, 1) == .seconds(2))
  }

  @Test func waitTouchesNothingAndIsOverWithTheRecoveryThreshold() {
    var bench = HealthTests.bench(HealthTests.http(.wait))
    bench.give(.start(isServing: false))
    bench.run(for: .milliseconds(100))
    bench.answers[0] = (.failed, .zero)
    bench.run(for: .seconds(60))
    bench.answers[0] = (.ok, .zero)
    let wellAt = bench.now
    bench.run(for: .seconds(10))
    #expect(bench.reports == [false, true, false, true])
    #expect(bench.commands.isEmpty)
    let back = bench.firstReport(true, after: wellAt)
    #expect(back.map { $0 - wellAt <= HealthTests.http(.wait).recoversWithin } == true)
    #expect(back.map { $0 - wellAt > .seconds(1) } == true, "one success is not enough")
  }

  @Test func twoFailuresInARowAreNoneWhereThreeAreAskedFor() {
    var bench = HealthTests.bench(HealthTests.http(.restart))
    bench.give(.start(isServing: false))
    for _ in 0..<5 {
      bench.run(for: .milliseconds(1500))
      bench.answers[0] = (.failed, .zero)
      bench.run(for: .seconds(2))
      bench.answers[0] = (.ok, .zero)
    }
    #expect(bench.reports == [false, true])
  }

  @Test func restartHappensOutOfServiceAndTheNodeIsBackWhenProvenAnew() {
    var bench = HealthTests.bench(HealthTests.http(.restart))
    bench.commandTakes = .seconds(3)
    bench.give(.start(isServing: false))
    bench.run(for: .milliseconds(100))
    bench.answers[0] = nil
    bench.run(for: .milliseconds(3500))
    #expect(bench.commands == [.restart])
    #expect(bench.reports == [false, true, false])
    let probes = bench.log.count { if case .probe = $0.action { true } else { false } }
    bench.run(for: .milliseconds(2800))
    #expect(
      bench.log.count { if case .probe = $0.action { true } else { false } } == probes,
      "nobody is asked while the application restarts")
    bench.answers[0] = (.ok, .milliseconds(1))
    bench.run(for: .seconds(3))
    #expect(bench.reports == [false, true, false, true])
    #expect(bench.commands == [.restart])
  }

  @Test func stopStartStopsWaitsForItAndStarts() {
    var bench = HealthTests.bench(HealthTests.http(.stopStart))
    bench.commandTakes = .seconds(3)
    bench.give(.start(isServing: false))
    bench.answers[0] = nil
    bench.run(for: .milliseconds(2400))
    bench.run(for: .seconds(3))
    #expect(bench.commands == [.stop])
    bench.run(for: .seconds(3))
    #expect(bench.commands == [.stop, .start])
  }

  @Test func whileTheApplicationStartsItsFailuresDoNotCount() {
    var bench = HealthTests.bench(HealthTests.http(.restart, threshold: 1))
    bench.give(.start(isServing: false))
    bench.answers[0] = (.failed, .zero)
    bench.run(for: .milliseconds(1000))
    #expect(bench.commands == [.restart])
    bench.run(for: .milliseconds(1990))
    #expect(bench.commands == [.restart])
    #expect(bench.notices.contains(.probeFailed(CheckerID(0), .failed, inARow: 0)))
    bench.run(for: .milliseconds(20))
    #expect(bench.commands == [.restart, .restart])
  }

  @Test func oneRestartMoreThanAllowedAndTheNodeStaysOutUntilAnOperatorResumesIt() {
    var bench = HealthTests.bench(HealthTests.http(.restart), maximum: 2)
    bench.answers[0] = (.failed, .zero)
    bench.give(.start(isServing: false))
    bench.run(for: .seconds(300))
    #expect(bench.commands == [.restart, .restart, .stop])
    #expect(bench.health.hold == .tooManyActions(CheckerID(0)))
    #expect(bench.notices.contains(.heldOut(.tooManyActions(CheckerID(0)))))
    // Each action is reported, also for a check that has gone on failing.
    let acts = bench.notices.filter { if case .acting = $0 { true } else { false } }
    let checker = CheckerID(0)
    #expect(acts == [.acting(checker, .restart), .acting(checker, .restart), .acting(checker, .stop)])
    bench.answers[0] = (.ok, .zero)
    bench.run(for: .seconds(3600))
    #expect(bench.reports == [false], "it does not come back by itself")
    bench.forget()
    bench.give(.resume)
    bench.run(for: .seconds(5))
    #expect(bench.commands == [.start])
    #expect(bench.reports == [true])
    bench.answers[0] = (.failed, .zero)
    bench.run(for: .seconds(20))
    #expect(bench.commands == [.start, .restart, .restart, .stop], "the count began anew")
  }

  @Test func restartsLongAgoDoNotCount() {
    var bench = HealthTests.bench(HealthTests.http(.restart), maximum: 1)
    bench.give(.start(isServing: false))
    for _ in 0..<3 {
      bench.answers[0] = (.failed, .zero)
      bench.run(for: .milliseconds(3100))
      bench.answers[0] = (.ok, .zero)
      bench.run(for: .seconds(600))
    }
    #expect(bench.commands == [.restart, .restart, .restart])
    #expect(bench.health.hold == nil)
  }

  @Test func stopIsForAnOperator() {
    var bench = HealthTests.bench(HealthTests.http(.stop))
    bench.give(.start(isServing: false))
    bench.run(for: .seconds(5))
    bench.answers[0] = (.failed, .zero)
    bench.run(for: .seconds(5))
    bench.answers[0] = (.ok, .zero)
    bench.run(for: .seconds(5))
    #expect(bench.commands == [.stop])
    #expect(bench.reports == [false, true, false])
    #expect(bench.health.hold == .checker(CheckerID(0)))
  }

  @Test func aCommandThatHangsIsEndedAndTheNextOneFollows() {
    var bench = HealthTests.bench(HealthTests.http(.stopStart))
    bench.commandTakes = nil
    bench.give(.start(isServing: false))
    bench.answers[0] = (.failed, .zero)
    bench.run(for: .seconds(13))
    #expect(bench.commands == [.stop, .start])
    #expect(bench.notices.contains(.performed(.stop, .timedOut)))
    let stale = CommandID(.stop, serial: 0)
    bench.give(.performed(stale, succeeded: true))
    #expect(bench.health.isActing)
  }

  @Test func noRestartBringsBackAnInterface() {
    let interface = CheckerSettings(kind: .interface, threshold: 1, action: .wait)
    var bench = HealthTests.bench(interface, HealthTests.http(.restart))
    bench.give(.start(isServing: false))
    bench.run(for: .milliseconds(1100))
    bench.answers = [(.failed, .zero), (.failed, .zero)]
    bench.run(for: .seconds(60))
    #expect(bench.commands.isEmpty)
    bench.answers[0] = (.ok, .zero)
    bench.run(for: .seconds(3))
    #expect(bench.commands == [.restart])
  }

  @Test func noCheckerIsProbedTwiceAtOnceAndAnswersTooLateAreVoid() {
    let slow = CheckerSettings(
      kind: .command, interval: .milliseconds(100), timeout: .seconds(1), threshold: 2, action: .wait)
    var bench = HealthBench(HealthSettings(checkers: [slow]))
    bench.answers[0] = nil
    bench.give(.start(isServing: false))
    bench.run(for: .milliseconds(950))
    #expect(bench.log.count { if case .probe = $0.action { true } else { false } } == 1)
    bench.run(for: .milliseconds(100))
    #expect(bench.log.count { if case .probe = $0.action { true } else { false } } == 2)
    bench.give(.probed(ProbeID(checker: CheckerID(0), serial: 1), .ok))
    #expect(bench.reports == [false])
  }

  @Test func aDaemonThatStoodStillBlamesNobody() {
    var bench = HealthTests.bench(HealthTests.http(.wait, threshold: 1))
    bench.give(.start(isServing: true))
    bench.run(for: .milliseconds(100))
    bench.answers[0] = nil
    bench.run(for: .milliseconds(1000))
    // The probe of 1 s is under way; the daemon misses its time-out by 20 s.
    bench.answers[0] = (.ok, .zero)
    bench.now = bench.now + .seconds(20)
    bench.give(.timer)
    bench.run(for: .seconds(3))
    #expect(bench.reports == [true])
  }
}
