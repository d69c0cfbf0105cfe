import Engine

/// What the clients of one stream do in a trial, for the lab, which plays it for real. It makes the same draws as
/// ``Traffic``, so that in both the same clients come at the same times.
package struct ClientScript: Sendable {
  private var stream: TrafficStream
  private let index: Int

  package init(_ scenario: Scenario, stream index: Int, seed: UInt64, trial: Int) {
    self.index = index
    let configurations = scenario.configurations
    stream = TrafficStream(
      scenario, rules: configurations.map { RuleSet($0) }, spaces: BucketSpaces(configurations), seed: seed,
      trial: trial, index: index)
  }

  package var model: TrafficModel { stream.model }
  package var isTCP: Bool { stream.isTCP }
  package var population: Int { stream.clients.population }
  /// When the next connection (or session, or request) begins, since the start of the trial; `max`: none does.
  package var nextArrival: UInt64 { stream.nextArrival }

  /// One connection, and after ``goOn(_:)`` the session's next one.
  package struct Connection: Sendable {
    package let client: UInt32
    package let address: IPAddress
    package fileprivate(set) var port: UInt16
    /// How long it should last, in nanoseconds.
    package fileprivate(set) var duration: UInt64
    fileprivate var flow: FlowRecord
  }

  /// The next arrival.
  package mutating func arrive() -> Connection {
    let arrival = stream.take()
    var flow = FlowRecord()
    flow.stream = UInt16(truncatingIfNeeded: index)
    flow.client = arrival.client
    flow.number = stream.arrived
    stream.arrived += 1
    var connection = Connection(
      client: arrival.client, address: stream.clients.address(of: arrival.client), port: arrival.port,
      duration: 0, flow: flow)
    prepare(&connection)
    return connection
  }

  private func prepare(_ connection: inout Connection) {
    guard isTCP else { return }
    connection.duration = draw(&connection) { model.flow.duration.draw(&$0) }
  }

  /// Nanoseconds from a segment that was answered to the next.
  package func gap(of connection: inout Connection) -> UInt64 {
    let mean = Double(model.flow.segmentInterval.nanoseconds)
    return draw(&connection) { UInt64(min($0.exponential(mean: mean), 0x1p60)) }
  }

  /// Whether the client ends the connection with a reset.
  package func endsWithReset(_ connection: inout Connection) -> Bool {
    let share = model.flow.resetShare
    guard share > 0 else { return false }
    return draw(&connection) { $0.bernoulli(share) }
  }

  /// Turns the connection into the next one of its session.
  /// - Returns: nanoseconds until that begins; `nil` if there is no session, or it is over.
  package func goOn(_ connection: inout Connection) -> UInt64? {
    guard let session = model.session, session.connections > 1 else { return nil }
    let (goesOn, think) = draw(&connection) {
      ($0.bernoulli(1 - 1 / session.connections), $0.exponential(mean: Double(session.thinkTime.nanoseconds)))
    }
    guard goesOn else { return nil }
    connection.port = draw(&connection) { Clients.port($0.next()) }
    prepare(&connection)
    return UInt64(min(max(1, think), 0x1p60))
  }

  private func draw<Value>(_ connection: inout Connection, _ body: (inout RandomStream) -> Value) -> Value {
    var dice = stream.dice(of: connection.flow)
    let value = body(&dice)
    connection.flow.keep(dice)
    return value
  }
}
