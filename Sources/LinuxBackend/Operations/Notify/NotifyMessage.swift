import Engine
import FarmFile
import Foundation

/// The message that the command of `notify:` reads on its standard input: one JSON object on one line. Fields that do
/// not apply to an event are left out.
public struct NotifyMessage: Codable, Sendable, Hashable {
  /// ``FarmFile/FarmEventKind`` by name.
  public var event: String
  /// The node that reports it, and its farm's number.
  public var node: String
  public var farm: UInt32
  /// ``Engine/Status`` of the node by name.
  public var status: String
  /// The other node that the event is about.
  public var member: String?
  /// The nodes that served the buckets before.
  public var from: [String]?
  public var group: String?
  public var buckets: Int?
  /// How long it has lasted so far, or lasted in all.
  public var seconds: Double?
  /// The cause: a word with underscores.
  public var reason: String?
  /// The node's view digest and epoch when it happened.
  public var view: String
  public var epoch: UInt64
  /// UTC by this machine's clock, such as `2026-01-31T23:59:59.123Z`.
  public var time: String
  /// The event in one plain sentence.
  public var text: String
  /// How many events before this one were dropped because the command was too slow.
  public var dropped: Int

  /// - Parameter wallClock: seconds since 1970, by the wall clock.
  init(
    _ event: FarmEvent, _ moment: DriverMoment, node: NodeID, farm: Farm, seconds wallClock: Double
  ) {
    let names = FarmNames(farm)
    self.event = event.kind.rawValue
    self.node = names.name(node)
    self.farm = farm.settings.farmID
    status = "\(moment.status.name)"
    member = event.member.map { names.name($0) }
    from = event.from.isEmpty ? nil : event.from.map { names.name($0) }
    group = event.group.map { names.name($0) }
    buckets = event.buckets
    seconds = event.length.map { ($0.seconds * 1000).rounded() / 1000 }
    reason = event.reason
    view = moment.view.hex
    epoch = moment.epoch.rawValue
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt)
    time = Date(timeIntervalSince1970: wallClock).formatted(style)
    text = names.text(of: event, from: node)
    dropped = 0
  }

  /// With a line break at the end.
  var line: [UInt8] { ControlJSON.line(self) + [UInt8(ascii: "\n")] }
}
